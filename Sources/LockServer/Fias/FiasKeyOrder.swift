// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing

/// A key request (KR) as an order. Tolerant in what it reads; what decides about a door is never guessed.
struct FiasKeyOrder: Sendable, Hashable {
    var order: KeyOrder
    /// What the key will not do though the record asked for it.
    var leftOut: FiasText?

    /// Why the request cannot be carried out: CT.
    struct Objection: Error, Sendable, Hashable {
        var text: FiasText
    }

    init(_ record: FiasRecord, at now: Date, zone: TimeZone) throws(Objection) {
        let time = HotelTime(zone: zone)
        guard let room = record.name("RN") else {
            throw Objection(text: .words(.answerNoRoom))
        }
        let mode: KeyMode
        switch record["KT"]?.first {
        case "N": mode = .new
        case "D": mode = .copy
        // A key for one opening must not become one for the whole stay: an encoder that cannot make it refuses the order.
        case "O": mode = .oneShot
        default: throw Objection(text: .words(.answerNoKeyType))
        }
        let others = Self.others(record)
        let until = try Self.end(record, time) ?? (mode == .oneShot ? now + HotelTime.oneShot : nil)
        guard let until else { throw Objection(text: .words(.answerNoDeparture)) }
        try Self.mustLieAhead(until, of: now, time)
        var from = now
        if let text = record["GA"], !text.isEmpty {
            guard let start = time.instant(date: text, hour: 0, minute: 0) else { throw Objection(text: .words(.answerArrivalNoDate)) }
            // A guest who arrives today is here now.
            from = text == time.date(now) ? now : start
        }
        guard from < until else { throw Objection(text: .words(.answerDepartureFirst)) }
        let copies = record["K#"].flatMap { $0.isEmpty ? 1 : Int($0) } ?? (record["K#"] == nil ? 1 : 0)
        guard (1...KeyOrder.maximumCopies).contains(copies) else {
            throw Objection(text: .words(.answerTooManyKeys, String(KeyOrder.maximumCopies)))
        }
        order = KeyOrder(
            lockIds: [room] + others.filter { $0 != room }, validFrom: from, validUntil: until, copies: copies, mode: mode,
            guestName: record["GN"], reservationNumber: record.name("G#"))
        if record["KO"]?.contains(where: { $0 != " " && $0 != "0" }) == true { leftOut = .words(.answerAreasLeftOut) }
    }

    /// All rooms that a record about keys names.
    static func rooms(_ record: FiasRecord) -> [String] {
        ["RN", "RO"].compactMap { record.name($0) } + others(record)
    }

    private static func others(_ record: FiasRecord) -> [String] {
        (record["SI"] ?? "").split { $0 == ";" || $0 == "," }.map { ByteText.trimmed($0) }.filter { !$0.isEmpty }
    }

    /// What a record tells of keys that are out (KM). An end that is past would shut the guests out.
    static func change(_ record: FiasRecord, at now: Date, zone: TimeZone) throws(Objection) -> KeyChange {
        let time = HotelTime(zone: zone)
        guard let room = record.name("RN") else { throw Objection(text: .words(.answerNoRoom)) }
        guard let number = record.name("G#") else { throw Objection(text: .words(.answerNoReservation)) }
        let until = try end(record, time)
        if let until { try mustLieAhead(until, of: now, time) }
        let old = record.name("RO").flatMap { $0 == room ? nil : $0 }
        guard old != nil || until != nil else { throw Objection(text: .words(.answerNoChange)) }
        return KeyChange(room: room, reservationNumber: number, oldRoom: old, validUntil: until)
    }

    private static func mustLieAhead(_ until: Date, of now: Date, _ time: HotelTime) throws(Objection) {
        guard until > now else { throw Objection(text: .words(.answerDeparturePast, time.spoken(until))) }
    }

    /// GD and DT; `nil`: the record has no GD, or an empty one. Without a time a key ends at noon, the usual time of departure.
    static func end(_ record: FiasRecord, _ time: HotelTime) throws(Objection) -> Date? {
        guard let date = record["GD"], !date.isEmpty else { return nil }
        let clock = record["DT"].flatMap { $0.isEmpty ? (12, 0) : HotelTime.clock($0) } ?? (record["DT"] == nil ? (12, 0) : nil)
        guard let clock, let until = time.instant(date: date, hour: clock.0, minute: clock.1).map(time.later) else {
            throw Objection(text: .words(.answerDepartureNoDate))
        }
        return until
    }
}

extension FiasRecord {
    /// A room or a number, without the blanks that some senders fill it with; `nil` where nothing is left. The same for every record: what
    /// KR made KD must find.
    func name(_ tag: String) -> String? {
        guard let name = self[tag].map({ ByteText.trimmed($0) }), !name.isEmpty else { return nil }
        return name
    }
}
