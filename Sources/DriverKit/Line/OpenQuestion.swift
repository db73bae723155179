// SPDX-License-Identifier: Apache-2.0

/// An order that the encoder took and never answered: it may still answer, and then the answer must not be taken for another order's.
/// The protocols do not say which order an answer belongs to.
public struct OpenQuestion: Sendable, Hashable {
    /// The keeper's word for the order.
    public var order: String
    /// By then the encoder has answered, or never will.
    public var until: ContinuousClock.Instant
    /// It was answered; what is still awaited is the same answer again.
    public var isAnswered = false
    /// The encoder has shown since that it had nothing in hand. What was still on its way to it then (a network does that to the bytes of a
    /// serial line) may reach it all the same.
    public var isSettled = false
    /// The order did hear an answer: nobody knows whether its own or that of the order before it, so one of the two is still to come.
    public var isHandedOn: Bool

    /// The word for what is asked between orders and for no job, such as reading a card.
    public static let errand = "errand"

    public init(order: String, until: ContinuousClock.Instant, isHandedOn: Bool = false) {
        (self.order, self.until, self.isHandedOn) = (order, until, isHandedOn)
    }
}
