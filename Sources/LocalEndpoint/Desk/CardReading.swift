// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a lock maker's encoder or server reads of its own card, as far as it can be held against an order: rooms and end.
struct CardReading: Sendable, Hashable {
    var rooms: [String]
    /// `nil` where it reads none, or in a form that is not known here.
    var until: Date?

    /// `nil` without a room.
    init?(_ words: [String: String], zone: TimeZone) {
        let names = [words["rooms"], words["otherRooms"]].compactMap(\.self).flatMap { $0.split(separator: ",") }
        rooms = names.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !rooms.isEmpty else { return nil }
        if let text = words["validUntil"] {
            until = Self.date([text, words["validUntilTime"]].compactMap(\.self).joined(separator: " "), zone)
        } else {
            // FIAS: GD and DT, which together are the digits of year, month, day, hour, minute and second.
            let digits = [words["until"], words["untilTime"]].compactMap(\.self).joined()
            until = digits.count == 10 || digits.count == 12 ? Self.date("20" + digits.prefix(10), zone) : nil
        }
    }

    /// What a lock system says of a card beside rooms and times, as a clerk's sentence.
    static func remark(of words: [String: String]) -> WordKey? {
        if let kind = words["kind"].flatMap(CardKind.init), let key = kind.key { return key }
        return switch words["state"] {
        case "checked out", "cancelled", "expired": .cardKindOver
        case "not of this hotel": .cardNoKey
        case "blank": .cardBlank
        default: words["card"] == "blank" ? .cardBlank : nil
        }
    }

    /// Locks keep whole hours in some protocols, and the bridge rounds the end up: an order ends at most that much before its card.
    private static let coarsest: TimeInterval = 3600

    /// The card of that order would read like this. A reading may be cut short after the first rooms.
    func fits(_ order: EndedJob) -> Bool {
        guard let until, Set(rooms).isSubset(of: order.rooms), rooms.first == order.rooms.first else { return false }
        // Seconds are on no card.
        let late = until.timeIntervalSince(order.validUntil)
        return late > -60 && late < Self.coarsest
    }

    /// `2026-11-23 12:00`, `23/11/2026 12:00` or `202611231200`: the hotel's clock. `nil` for a day or a time that is none.
    private static func date(_ text: String, _ zone: TimeZone) -> Date? {
        var parts = text.split(whereSeparator: { "-/.: ".contains($0) }).map(String.init)
        if parts.count == 1, text.count == 12 {
            let digits = Array(text)
            parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12].map { String(digits[$0]) }
        }
        var numbers = parts.compactMap { $0.allSatisfy(\.isASCII) ? Int($0) : nil }
        guard numbers.count == 5, parts.count == 5 else { return nil }
        if parts[2].count == 4 { numbers.swapAt(0, 2) }
        let wall = CivilTime(year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4], second: 0)
        return wall?.instant(in: zone)
    }
}
