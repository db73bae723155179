// SPDX-License-Identifier: Apache-2.0

/// Something an encoder is asked to do now, outside the queue of keys: it is done at once or refused as busy, never kept and never
/// repeated (docs/decisions/0006-errands.md).
public enum Errand: String, Sendable, Hashable, Codable, CaseIterable {
    /// Read the card that is put on the encoder.
    case read
    /// Make the card that is put on the encoder blank.
    case erase
    /// Bring the encoder back to its resting state, giving up whatever it waits for.
    case reset
    /// Ask the encoder to test itself. Needs no card.
    case selfTest = "self-test"
    /// Ask the encoder again who it is. Needs no card.
    case identify

    /// What an encoder must be able to do for it; `nil`: every one can.
    public var capability: EncoderCapability? {
        switch self {
        case .read: .read
        case .erase: .erase
        case .reset: .reset
        case .selfTest: .selfTest
        case .identify: nil
        }
    }
}

/// What came of an errand. `image` is a card's content: it goes to whoever asked and nowhere else.
public struct ErrandOutcome: Sendable, Hashable, Codable {
    /// The card it was done on, as far as the encoder tells.
    public var card: CardPresence?
    /// What was read or tested, as words for people: room, validity, kind of card; `RAM: ok`.
    public var reading: [String: String]
    public var image: CardImage?
    /// How much of the card `image` is; `nil` where no content was read.
    public var content: CardContentState?

    public init(
        card: CardPresence? = nil, reading: [String: String] = [:], image: CardImage? = nil, content: CardContentState? = nil
    ) {
        self.card = card
        self.reading = reading
        self.image = image
        self.content = content
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(card, forKey: .card)
        try values.encode(reading, forKey: .reading)
        try values.encode(image, forKey: .image)
        try values.encodeIfPresent(content, forKey: .content)
    }
}
