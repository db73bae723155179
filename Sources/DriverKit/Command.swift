// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What sending a command can change. The session asks before it sends and before it repeats.
public enum CommandEffect: Sendable, Hashable {
    /// Nothing: may be sent again when no answer came.
    case none
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
    /// Tells a reply by which the encoder says "not taken, send again" (NAK); then sending again is safe for every effect.
    public var refusedBy: @Sendable (Frame) -> Bool
    /// The fault when the encoder refused every attempt. An ``Opening`` that is refused every time is always `busy`.
    public var refusal: FaultKind
    /// How often it may be sent in all, for refusals, and for silence if the effect is ``CommandEffect/none``.
    public var attempts: Int
    /// Pause before it is sent again.
    public var pause: Duration

    /// What must be answered before a command goes out.
    public struct Opening: Sendable {
        public var frame: Frame
        public var acceptedBy: @Sendable (Frame) -> Bool
        public var attempts: Int
        public var pause: Duration
        public var within: Duration

        public init(
            _ frame: Frame, acceptedBy: @escaping @Sendable (Frame) -> Bool, attempts: Int, pause: Duration, within: Duration
        ) {
            self.frame = frame
            self.acceptedBy = acceptedBy
            self.attempts = attempts
            self.pause = pause
            self.within = within
        }
    }

    public init(
        _ name: String, _ frame: Frame, effect: CommandEffect = .none, opening: Opening? = nil,
        refusedBy: @escaping @Sendable (Frame) -> Bool = { _ in false }, refusal: FaultKind = .busy, attempts: Int = 1,
        pause: Duration = .zero
    ) {
        self.name = name
        self.frame = frame
        self.effect = effect
        self.opening = opening
        self.refusedBy = refusedBy
        self.refusal = refusal
        self.attempts = attempts
        self.pause = pause
    }
}
