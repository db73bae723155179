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
        until = Self.date(words["validUntil"] ?? [words["until"], words["untilTime"]].compactMap(\.self).joined(), zone)
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

    /// `2026-11-23 12:00`, or FIAS' `261123` and `120000`: the hotel's clock.
    private static func date(_ text: String, _ zone: TimeZone) -> Date? {
        let parts: [Int]
        if text.utf8.allSatisfy({ (48...57).contains($0) }), text.count == 10 || text.count == 12 {
            let digits = Array(text)
            parts = stride(from: 0, to: 10, by: 2).compactMap { Int(String(digits[$0...$0 + 1])) }.enumerated().map {
                $0 == 0 ? 2000 + $1 : $1
            }
        } else {
            parts = text.split(whereSeparator: { "-: ".contains($0) }).compactMap { Int($0) }
        }
        guard parts.count == 5 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4]))
    }
}
