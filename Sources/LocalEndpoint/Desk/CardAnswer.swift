// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Whose card it is: what `POST /v1/encoders/{name}/card` answers. No guest's name is in it.
public struct CardAnswer: Sendable, Codable, Hashable {
    public var card: CardPresence?
    /// What is on the card, as far as its encoder understands it: room, validity.
    public var reading: [String: String]
    /// The order that it was cut for; `nil` for a card that was not cut here, or whose encoder tells no serial number.
    public var history: CardHistory?
    /// Nothing is wrong with the card: known, its order done, not replaced, not over.
    public var isRight: Bool
    /// The same for people, in the hotel's language.
    public var sentences: [String]

    init(_ outcome: ErrandOutcome, _ history: CardHistory?, _ words: Words, zone: TimeZone, now: Date) {
        card = outcome.card
        reading = outcome.reading
        self.history = history
        let verdict = history?.verdict(at: now) ?? [.cardForeign]
        isRight = verdict == [.cardRight]
        var sentences: [String] = []
        if let order = history?.order {
            let rooms = words.rooms(order.rooms)
            let until = Self.time(order.validUntil, zone)
            sentences.append("\(words(.cardOpens)): \(order.rooms.joined(separator: ", ")). \(words(.pageUntil)): \(until).")
            sentences += verdict.map { words($0, ["rooms": rooms]) }
        } else {
            // What a contactless card is made of is no clerk's business; a lock maker's encoder reads room and times.
            if !outcome.reading.isEmpty, outcome.card?.uid == nil {
                sentences.append(outcome.reading.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + ".")
            }
            // A lock maker's encoder that reads the room but no serial number says nothing of where the card was cut.
            if outcome.card?.uid != nil || outcome.reading.isEmpty { sentences.append(words(.cardForeign)) }
        }
        self.sentences = sentences
    }

    private static func time(_ date: Date, _ zone: TimeZone) -> String {
        var style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(
            includingFractionalSeconds: false)
        style.timeZone = zone
        return String(date.formatted(style).prefix(16))
    }
}
