// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// What a driver sees of a port: one exchange at a time. Behind it stands the ``Line``, which drops late replies to earlier
/// commands before it sends, keeps the time limit, repeats what may be repeated, journals `writing` before a command that
/// writes a card, and keeps the trace. So a driver is straight-line code.
///
/// Faults that a link throws: `offline` (port gone), `timeout` (silence), `malformedReply` (only damaged frames came),
/// `busy` or the command's own ``Command/refusal`` (refused on every attempt), `cancelled` and `expired` (before a card could be
/// written). Their `card` says `unknown` once a command that writes a card has gone out, `untouched` before.
public protocol Link<Frame>: Sendable {
    associatedtype Frame: Sendable & Equatable

    /// Sends one command and gives its reply.
    func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame

    /// Waits for the next frame that was not asked for: the answer that follows an acknowledgement, a card event.
    ///
    /// After an order that timed out, the encoder may still answer that earlier order. `provesOrder` tells frames that can only belong to
    /// the present order (a "busy"); any other answer then ends an order that writes a card with `timeout` and an unknown card, and is
    /// passed over where the order writes none.
    ///
    /// `repair` is what asks the encoder to say a damaged frame again (a NAK). The link sends it as soon as a damaged frame came, at most
    /// ``Command/attempts`` times; when it is used up, the next damaged frame ends the wait. Without it a good frame may follow, for
    /// ``Patience/afterDamage``.
    func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame

    /// Sends a command that has no reply (the acknowledgement of an answer, an LED), or an order that the encoder does not acknowledge:
    /// its answer is then waited for with ``expect(within:repair:provesOrder:)``.
    func send(_ command: Command<Frame>) async throws(Fault)

    /// Lets time pass before the next question: between two looks for a card, or where the encoder needs a rest. A vanished port ends
    /// it, and a wish to cancel as long as no card may have been written. Frames that come meanwhile are dropped.
    func rest(_ length: Duration) async throws(Fault)

    /// How the bytes go, for families whose ports do not all lead to the same devices.
    var kind: PortKind { get }

    /// What is left until the line gives up on whatever is in hand, the promise to the clerk included. A driver that waits for a card, and
    /// has to say something after that, stops waiting while there is time for it: ``Patience/margin``.
    var remaining: Duration { get async }

    /// Sets the line to another speed (baud), after the encoder has agreed to it. Without effect on ports that have none.
    func changeSpeed(_ baud: Int) async throws(Fault)
}

extension Link {
    public func expect(within limit: Duration) async throws(Fault) -> Frame {
        try await expect(within: limit, repair: nil, provesOrder: { _ in false })
    }

    public func expect(within limit: Duration, provesOrder: @Sendable (Frame) -> Bool) async throws(Fault) -> Frame {
        try await expect(within: limit, repair: nil, provesOrder: provesOrder)
    }
}
