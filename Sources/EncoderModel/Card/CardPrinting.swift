// SPDX-License-Identifier: Apache-2.0

/// Makes the content of an order's cards for a raw encoder: a card layout of the site.
public protocol CardPrinting: Sendable {
    /// Whether the cards need a number of their own, counted by the bridge.
    var needsSequence: Bool { get }
    /// The content of each copy, first copy first: exactly ``KeyOrder/copies`` images.
    /// - Parameter sequence: a number that no order of this encoder had before; 0 where ``needsSequence`` is false.
    /// - Throws: `rejected` with what is missing in the order.
    func images(for order: KeyOrder, on clock: PropertyClock, sequence: Int) throws(Fault) -> [CardImage]
}
