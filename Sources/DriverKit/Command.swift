// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What sending a command can change. The session asks before it sends and before it repeats.
public enum CommandEffect: Sendable, Hashable {
    /// Nothing: may be sent again when no answer came.
    case none
    /// Something that is no card, such as a check-out in a lock system: not sent again on silence, as it may have been done.
    case once
    /// May write a card. The session keeps the job as `writing` before it sends this, and never sends it twice
    /// unless the encoder itself said that it did not take it.
    case writesCard
}

/// One frame to send, with what the session must know to repeat it safely. Drivers make these; the session sends, waits and repeats.
public struct Command<Frame: Sendable & Equatable>: Sendable {
    /// Name for trace and trail ("ENQ", "CN"): never guest data or card content.
    public var name: String
    public var frame: Frame
    public var effect: CommandEffect
    /// A frame that must be exchanged before each attempt (an ENQ before a message).
    public var opening: Opening?
    /// Tells frames that can be a reply to this command. Others belong to an earlier command: they are dropped and the wait goes on.
    public var repliedBy: @Sendable (Frame) -> Bool
    /// Tells a reply by which the encoder says "not taken, send again" (NAK); behind the pause, in which no acceptance came, it is sent again.
    public var refusedBy: @Sendable (Frame) -> Bool
    /// The fault when the encoder refused every attempt. An ``Opening`` that is refused every time is always `busy`.
    public var refusal: FaultKind
    /// How often it may be sent in all, for refusals, and for silence if the effect is ``CommandEffect/none``.
    public var attempts: Int
    /// Pause before it is sent again.
    public var pause: Duration
    /// The encoder waits for a card after this command and the driver can end that: a wish to cancel breaks the wait off with
    /// `cancelled`, even though the card may be written by now. The driver then takes the order back and says what it knows of the card.
    public var withdrawable = false

    /// What must be answered before a command goes out.
    public struct Opening: Sendable {
        public var frame: Frame
        public var acceptedBy: @Sendable (Frame) -> Bool
        /// "Not ready": asked again after the pause. A frame that neither accepts nor refuses is a late one and is dropped.
        public var refusedBy: @Sendable (Frame) -> Bool
        public var attempts: Int
        public var pause: Duration
        public var within: Duration

        public init(
            _ frame: Frame, acceptedBy: @escaping @Sendable (Frame) -> Bool, refusedBy: @escaping @Sendable (Frame) -> Bool = { _ in true },
            attempts: Int, pause: Duration, within: Duration
        ) {
            self.frame = frame
            self.acceptedBy = acceptedBy
            self.refusedBy = refusedBy
            self.attempts = attempts
            self.pause = pause
            self.within = within
        }
    }

    public init(
        _ name: String, _ frame: Frame, effect: CommandEffect = .none, opening: Opening? = nil,
        repliedBy: @escaping @Sendable (Frame) -> Bool = { _ in true },
        refusedBy: @escaping @Sendable (Frame) -> Bool = { _ in false }, refusal: FaultKind = .busy, attempts: Int = 1,
        pause: Duration = .zero, withdrawable: Bool = false
    ) {
        self.name = name
        self.frame = frame
        self.effect = effect
        self.opening = opening
        self.repliedBy = repliedBy
        self.refusedBy = refusedBy
        self.refusal = refusal
        self.attempts = attempts
        self.pause = pause
        self.withdrawable = withdrawable
    }
}
