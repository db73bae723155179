// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What a line must ask its owner. Nothing here has a default: an owner that has nothing to say says so itself.
public protocol LineKeeper: Sendable {
    /// The next byte may write a card: keep that before it goes out. Also the last moment to stop: whatever is thrown ends the order
    /// with an untouched card.
    /// - Parameter waitsForCard: the encoder takes the order first and then waits for a card.
    func willWrite(waitsForCard: Bool) async throws(Fault)
    /// A frame came that nobody asked for. `card` is what it says of the card, `nil`: nothing.
    func unasked(_ card: CardPresence?) async
    /// An order that was given up was answered after all.
    func lateAnswer(to question: OpenQuestion) async
    /// Somebody woke the line in the middle of an exchange: is there a reason to stop?
    /// - Parameter mayBreakOff: no card was written yet, or the driver can take the order back.
    func stopReason(mayBreakOff: Bool) async -> StopReason?
}

/// Why a line must stop in the middle of an exchange.
public enum StopReason: Sendable, Hashable {
    /// The port left.
    case portGone
    /// The order is not wanted any more: `cancelled`, `interrupted`. Only where it may be broken off.
    case unwanted(FaultKind, detail: String?)
    /// The process stops, and the encoder has the order: it gets its last word.
    case endSoon
}
