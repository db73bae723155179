// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reads a card's content the other way round: a card layout of the site, held against what an encoder found. Pure, and says only what
/// the card says: a field that more than one order could have written like this is `nil`.
public protocol CardRecognition: Sendable {
    /// - Parameter content: how much of the card `image` is; `nil` where the encoder does not say.
    func reading(of image: CardImage, content: CardContentState?, on clock: PropertyClock) -> ContentReading

    /// Whether one of this order's cards would have these rooms and times on it. `nil` where the layout writes neither.
    func couldBeOf(_ order: KeyOrder, image: CardImage, content: CardContentState?, on clock: PropertyClock) -> Bool?

    /// What an order may call a room that is read as `room`, itself first: where the layout writes numbers, the zeros in front are lost.
    func names(ofRoom room: String) -> [String]
}

/// What a layout makes of a card's content.
public enum ContentReading: Sendable, Hashable {
    /// Nothing stands in the places that the layout writes.
    case blank
    /// Something stands there that the layout never writes.
    case foreign
    /// Too little of the card could be read to say which.
    case unreadable
    case key(KeyContent)
}

/// The fields of an order that stand on a card. `nil`: not on it, or not to be told from it. The guest's name and the reservation are no
/// part of it: who reads a card need not know whose it is.
public struct KeyContent: Sendable, Hashable, Codable {
    /// Name of the layout.
    public var layout: String
    /// The rooms that stand on the card; the order may have had more. Without zeros in front where the layout writes numbers.
    public var rooms: [String]?
    /// The earliest beginning and the latest end that would be written like this.
    public var validFrom: Date?
    public var validUntil: Date?
    public var mode: KeyMode?
    public var copy: Int?
    public var copies: Int?
    public var sequence: Int?

    public init(
        layout: String, rooms: [String]? = nil, validFrom: Date? = nil, validUntil: Date? = nil, mode: KeyMode? = nil, copy: Int? = nil,
        copies: Int? = nil, sequence: Int? = nil
    ) {
        self.layout = layout
        self.rooms = rooms
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.mode = mode
        self.copy = copy
        self.copies = copies
        self.sequence = sequence
    }

    /// What two ways of reading the same card agree on.
    public func common(with other: KeyContent) -> KeyContent {
        func same<Value: Equatable>(_ field: KeyPath<KeyContent, Value?>) -> Value? {
            self[keyPath: field] == other[keyPath: field] ? self[keyPath: field] : nil
        }
        return KeyContent(
            layout: layout, rooms: same(\.rooms), validFrom: same(\.validFrom), validUntil: same(\.validUntil), mode: same(\.mode),
            copy: same(\.copy), copies: same(\.copies), sequence: same(\.sequence))
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(layout, forKey: .layout)
        try values.encode(rooms, forKey: .rooms)
        try values.encode(validFrom, forKey: .validFrom)
        try values.encode(validUntil, forKey: .validUntil)
        try values.encode(mode, forKey: .mode)
        try values.encode(copy, forKey: .copy)
        try values.encode(copies, forKey: .copies)
        try values.encode(sequence, forKey: .sequence)
    }
}
