// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What stands on a card, as sentences. What cannot be read of it is said to be unknown.
struct CardSentences {
    let words: Words
    let zone: TimeZone
    let now: Date
    let rooms: [String]?
    let from: Date?
    let until: Date?

    var isOver: Bool { until.map { $0 <= now } ?? false }

    var opens: String { opens(rooms, until: until) }

    func opens(_ rooms: [String]?, until: Date?) -> String {
        let doors = rooms.map { "\(words(.cardOpens)): \($0.joined(separator: ", "))." } ?? words(.cardNoRooms)
        let end = until.map { "\(words(.pageUntil)): \(time($0))." } ?? words(.cardNoEnd)
        return "\(doors) \(end)"
    }

    /// What is to be said of its times beside the end itself.
    var time: [String] {
        if isOver { return [words(.cardOver)] }
        if let from, from > now { return [words(.cardNotYet, ["from": time(from)])] }
        return []
    }

    func say(_ key: WordKey, _ order: EndedJob) -> String {
        words(key, ["rooms": words.rooms(order.rooms), "until": time(order.validUntil)])
    }

    private func time(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(
            includingFractionalSeconds: false)
        return String(date.formatted(style).prefix(16))
    }
}
