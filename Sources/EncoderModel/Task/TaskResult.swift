// SPDX-License-Identifier: Apache-2.0

/// How a task went.
public struct TaskResult: Sendable, Hashable {
    /// One a finished card, in order. For ``EncoderTask/cut(_:on:)`` exactly as many as copies were ordered, for
    /// ``EncoderTask/write(_:)`` one for each card that was due.
    public var receipts: [Receipt]
    /// What was read or tested, as words for people: room, validity, kind of card.
    public var reading: [String: String]
    /// Content of the card that was read.
    public var image: CardImage?
    /// The card it was done on, as far as the encoder tells.
    public var card: CardPresence?
    /// How much of the card ``image`` is; `nil` where nothing was read, or a lock system read it.
    public var content: CardContentState?

    public init(
        receipts: [Receipt] = [], reading: [String: String] = [:], image: CardImage? = nil, card: CardPresence? = nil,
        content: CardContentState? = nil
    ) {
        self.receipts = receipts
        self.reading = reading
        self.image = image
        self.card = card
        self.content = content
    }
}
