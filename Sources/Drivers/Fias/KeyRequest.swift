// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing

/// A key order as the fields of KR, but for KT and WS, which differ from card to card.
struct KeyRequest: Sendable {
    let fields: [FiasRecord.Field]
    /// What a person should know of the keys' end.
    let remark: Remark?

    /// Throws `rejected` where a name cannot go over the line unchanged: it decides which door opens.
    init(_ order: KeyOrder, on clock: PropertyClock, site: FiasSettings) throws(Fault) {
        let time = WallClock(step: 60, timeZone: clock.timeZone)
        guard let start = time.start(order.validFrom), let end = time.end(order.validUntil) else {
            throw WallClock.outOfRange
        }
        remark = end.remark
        var rooms: [String] = []
        var places: Set<Int> = []
        for lock in order.lockIds {
            if let place = site.areas[lock] { places.insert(place) } else { rooms.append(try Self.exact(lock)) }
        }
        guard let room = rooms.first else {
            throw Fault(.rejected(reason: "the key is for no room: a FIAS lock system needs one beside its areas"))
        }
        let others = rooms.dropFirst().joined(separator: ";")
        guard others.utf8.count <= Self.longestList else {
            throw Fault(.rejected(reason: "the rooms beside \(room) do not fit into one key of this lock system: order fewer on one key"))
        }
        var fields: [FiasRecord.Field] = [.init("KC", site.encoder), .init("RN", room)]
        if order.mode == .oneShot {
            // By the text a key for one opening has no stay: no dates, no reservation, no areas.
            guard places.isEmpty, others.isEmpty else {
                throw Fault(.rejected(reason: "a key for one opening opens one room and no areas: leave the others out"))
            }
        } else {
            fields += [.init("GA", Self.date(start))] + Self.end(end.time, site)
            if let number = order.reservationNumber.flatMap(Self.reservation) { fields.append(.init("G#", number)) }
        }
        if !others.isEmpty { fields.append(.init("SI", others)) }
        if let last = places.max() {
            fields.append(.init("KO", (1...last).map { places.contains($0) ? "1" : " " }.joined()))
        }
        if site.sendsGuestName, let name = order.guestName.map(LineText.nearest), !name.isEmpty { fields.append(.init("GN", name)) }
        self.fields = fields
    }

    /// KT
    static func type(_ mode: KeyMode) -> String {
        switch mode {
        case .new: "N"
        case .copy: "D"
        case .oneShot: "O"
        }
    }

    /// GD, and DT as the lock server wants it.
    static func end(_ time: WallTime, _ site: FiasSettings) -> [FiasRecord.Field] {
        let date = FiasRecord.Field("GD", date(time))
        return switch site.departureTime {
        case .colon: [date, .init("DT", time.clock)]
        case .digits: [date, .init("DT", twoDigits(time.hour) + twoDigits(time.minute) + "00")]
        case .none: [date]
        }
    }

    /// The longest SI and UO of the text.
    private static let longestList = 30

    /// A room's name as the line takes it. The bar and the semicolon have meanings of their own.
    static func exact(_ room: String) throws(Fault) -> String {
        guard let name = LineText.exact(room), !name.contains("|"), !name.contains(";") else {
            throw Fault(
                .rejected(
                    reason: "the lock '\(room)' cannot be named to this lock system: use 1 to \(LineText.longest) plain letters and digits")
            )
        }
        return name
    }

    /// G# has 1 to 10 digits. A number of another kind becomes ten digits that are always the same for it, so that a later record of the
    /// reservation is known by them.
    static func reservation(_ number: String) -> String? {
        let digits = number.unicodeScalars.filter { ("0"..."9").contains($0) }
        if digits.count == number.unicodeScalars.count, (1...10).contains(digits.count) { return number }
        guard !number.isEmpty else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in number.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let text = String(hash % 10_000_000_000)
        return String(repeating: "0", count: 10 - text.count) + text
    }

    private static func date(_ time: WallTime) -> String { twoDigits(time.year % 100) + twoDigits(time.month) + twoDigits(time.day) }
}
