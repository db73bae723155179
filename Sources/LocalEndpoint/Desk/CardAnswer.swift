// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Whose card it is: what `POST /v1/encoders/{name}/card` answers. No guest's name is in it.
public struct CardAnswer: Sendable, Codable, Hashable {
    public var card: CardPresence?
    /// What is on the card, as far as its encoder understands it: room, validity.
    public var reading: [String: String]
    /// The order that it was cut for; `nil` for a card that was not cut here, or of which too little could be read.
    public var history: CardHistory?
    /// Its order is known and done, not replaced, not over. `false` says that something is wrong with it, `nil` that nobody can know.
    public var isRight: Bool?
    /// The same for people, in the hotel's language.
    public var sentences: [String]

    init(_ outcome: ErrandOutcome, _ knowledge: CardFinding, _ words: Words, zone: TimeZone, now: Date) {
        card = outcome.card
        reading = outcome.reading
        var sentences: [String] = []
        func opens(_ rooms: [String], until: Date) {
            sentences.append("\(words(.cardOpens)): \(rooms.joined(separator: ", ")). \(words(.pageUntil)): \(Self.time(until, zone)).")
        }
        let read = CardReading(outcome.reading, zone: zone)
        switch knowledge {
        case .order(let known):
            history = known
            let verdict = known.verdict(at: now)
            isRight = verdict == [.cardRight]
            opens(known.order.rooms, until: known.order.validUntil)
            sentences += verdict.map { words($0, ["rooms": words.rooms(known.order.rooms)]) }
        case .foreign:
            isRight = false
            sentences.append(words(.cardForeign))
        case .differs(let newest):
            isRight = false
            if let read, let until = read.until { opens(read.rooms, until: until) }
            sentences.append(
                words(.cardDiffers, ["rooms": words.rooms(newest.rooms), "until": Self.time(newest.validUntil, zone)]))
        case .unknown:
            if let read, let until = read.until {
                opens(read.rooms, until: until)
            } else if !outcome.reading.isEmpty, outcome.image == nil {
                // What a card is made of is no clerk's business; a lock maker's encoder reads words for people.
                sentences.append(outcome.reading.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + ".")
            }
            sentences.append(words(.cardNotRecognisable))
        }
        self.sentences = sentences
    }

    private static func time(_ date: Date, _ zone: TimeZone) -> String {
        var style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(
            includingFractionalSeconds: false)
        style.timeZone = zone
        return String(date.formatted(style).prefix(16))
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(card, forKey: .card)
        try values.encode(reading, forKey: .reading)
        try values.encode(history, forKey: .history)
        try values.encode(isRight, forKey: .isRight)
        try values.encode(sentences, forKey: .sentences)
    }
}
