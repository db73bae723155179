// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing

/// A request of the message set, read. What its fields are is known from a public client (github.com/bookingexperts/salto, MIT).
struct RequestMessage: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case keys(KeyOrder)
        case checkOut(room: String)
        /// LT
        case read
        case readTrack(Int)
        case writeTrack(Int, text: String)
        /// WF, WN: the openings of a door, which the bridge does not know.
        case audit
    }

    /// Why it cannot be carried out: the answer's fields.
    struct Refusal: Error, Sendable, Hashable {
        var fields: [String]
    }

    var kind: Kind
    /// As it came: it is echoed.
    var command: String
    var encoder: String
    /// The client asked for the serial numbers of the cards: none, of the last, of all.
    var serials = 0
    /// What should stand in the job's trail.
    var remark: String?

    init(body: [UInt8], at now: Date, zone: TimeZone) throws(Refusal) {
        guard let row = SeparatedFields(body: body), let command = row[0], !command.isEmpty else { throw Refusal(fields: ["ES", ""]) }
        self.command = command
        encoder = row.name(1) ?? row[1] ?? ""
        let syntax = Refusal(fields: ["ES", encoder])
        func said(_ text: String) -> Refusal { Refusal(fields: ["EG", text]) }
        switch command.prefix(2) {
        case "CN" where command.contains("M"), "CC" where command.contains("M"): throw said("Mobile keys are not made here")
        case "CN", "CC", "CA":
            var rooms: [String] = []
            for index in 3...6 { if let room = try Self.room(row, index, encoder) { rooms.append(room) } }
            let (order, remark) = try Self.order(row, command, of: rooms, at: now, zone: zone, syntax: syntax)
            kind = .keys(order)
            self.remark = remark
            serials = row[15].flatMap(Int.init) ?? 0
        case "CO":
            guard let room = try Self.room(row, 2, encoder) else { throw syntax }
            kind = .checkOut(room: room)
        case "LT": kind = .read
        case "L1", "L2", "L3": kind = .readTrack(Int(command.suffix(1)) ?? 1)
        case "P1", "P2", "P3":
            // As it came: blanks are a part of a track.
            let track = row.fields.indices.contains(3) ? row.fields[3] : []
            guard track.contains(where: { $0 != UInt8(ascii: " ") }), track.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw syntax }
            kind = .writeTrack(Int(command.suffix(1)) ?? 1, text: ByteText.text(track))
        case "WF", "WN": kind = .audit
        default: throw syntax
        }
    }

    /// A room, `nil` for none. One that cannot be read is none that is known (TD): it must not become the key of another.
    private static func room(_ row: SeparatedFields, _ index: Int, _ encoder: String) throws(Refusal) -> String? {
        guard row.fields.indices.contains(index) else { return nil }
        guard let name = row.name(index) else { throw Refusal(fields: ["TD", encoder]) }
        return name.isEmpty ? nil : name
    }

    private static func order(
        _ row: SeparatedFields, _ command: String, of rooms: [String], at now: Date, zone: TimeZone, syntax: Refusal
    ) throws(Refusal) -> (KeyOrder, remark: String?) {
        let copies = command.count == 2 ? 1 : Int(command.dropFirst(2)) ?? 0
        let till = row[10] ?? ""
        // A key for one opening must not become one for the whole stay: an encoder that cannot make it refuses the order.
        let mode: KeyMode = command.hasPrefix("CN") ? .new : command.hasPrefix("CA") ? .oneShot : .copy
        guard !rooms.isEmpty, (1...KeyOrder.maximumCopies).contains(copies), mode == .oneShot || !till.isEmpty else { throw syntax }
        let time = HotelTime(zone: zone)
        guard let until = till.isEmpty ? now + HotelTime.oneShot : instant(till, time, isEnd: true) else { throw syntax }
        var from = now
        if let text = row[9], !text.isEmpty {
            guard let start = instant(text, time, isEnd: false) else { throw syntax }
            from = start
        }
        guard until > now else { throw Refusal(fields: ["EG", "The stay ended \(time.spoken(until)), no key was made"]) }
        guard from < until else { throw Refusal(fields: ["EG", "The stay ends before it begins"]) }
        let order = KeyOrder(
            lockIds: rooms, validFrom: from, validUntil: until, copies: copies, mode: mode)
        var remarks: [String] = []
        if till.count == 8 { remarks.append("the order gave whole hours: the key ends \(time.text(until, "HH:mm"))") }
        // Rights beside the rooms are the lock system's own, which does not stand behind.
        if [row[7], row[8]].contains(where: { $0?.isEmpty == false }) { remarks.append("rights of the order are not on the card") }
        return (order, remarks.isEmpty ? nil : remarks.joined(separator: "; "))
    }

    /// `hhmmDDMMYY`, or `HHDDMMYY` without minutes: then the end is the last minute of its hour, so that nobody is shut out early.
    private static func instant(_ text: String, _ time: HotelTime, isEnd: Bool) -> Date? {
        guard text.count == 8 || text.count == 10, let digits = HotelTime.digits(text, count: text.count) else { return nil }
        let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        let date = pairs.suffix(3)
        let minute = pairs.count == 5 ? pairs[1] : (isEnd ? 59 : 0)
        let found = time.instant(
            year: 2000 + date[date.endIndex - 1], month: date[date.endIndex - 2], day: date[date.endIndex - 3], hour: pairs[0],
            minute: minute)
        return isEnd ? found.map(time.later) : found
    }
}
