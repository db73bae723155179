// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// One family of encoders: its frames, its commands, its refusals. A manifest and three functions.
///
/// A driver never opens, reads, waits, sleeps or repeats: it hands ``Command``s to a ``Link``.
public protocol EncoderDriver: Sendable {
    associatedtype Codec: FrameCodec
    static var manifest: DriverManifest { get }

    /// Reads the `settings` of the configuration. Throws when a setting is unknown or wrong.
    init(settings: DriverSettings) throws(SettingsFault)

    /// How the line is set for this encoder: the manifest's, with what the site's settings change.
    var line: LineSettings { get }
    /// What keys it can be asked for, with this site's settings; default: the manifest's. Of no meaning for raw encoders.
    var keys: KeyAbilities { get }
    /// - Parameter port: a family may wrap its bytes by the way they go (reports of a hidraw device).
    func makeCodec(for port: PortKind) -> Codec
    /// The most time a task may take once it has begun; the session's own guard behind every limit of the driver's.
    func timeLimit(for task: EncoderTask) -> Duration
    /// How long after an unanswered order the encoder may still answer it. Until then the session is on its guard.
    var lateAnswerWindow: Duration { get }
    /// The most that a clerk waits for one card from the prompt on: what a PMS waits, or what the site chose to let its encoder take.
    var promise: Duration { get }
    /// Whether this frame can be the answer to an order that makes a card. While an earlier order is unanswered, such a frame proves
    /// nothing by itself.
    func isAnswer(_ frame: Codec.Frame) -> Bool
    /// Whether this answer says that the encoder is too busy for an order. Behind an unanswered order it may be about that one.
    func isBusy(_ frame: Codec.Frame) -> Bool
    /// Asks a harmless question that only an encoder with nothing in hand answers in this way, and whose answer cannot be a key's. Asked
    /// after an order stayed unanswered, before the next one goes out; must not write a card.
    /// - Returns: `false` where the encoder cannot be made to say so.
    /// - Throws: `busy` where it says that it has an order in hand.
    func isAtRest(on link: some Link<Codec.Frame>) async throws(Fault) -> Bool
    /// What the encoder must be sent when it says something nobody waits for any more (the ACK of a late answer); `nil`: nothing.
    func acknowledgement(ofUnasked frame: Codec.Frame) -> Codec.Frame?
    /// Asks the encoder who it is, or at least whether it is there. Sends nothing that changes a card.
    func identify(on link: some Link<Codec.Frame>) async throws(Fault) -> EncoderIdentity
    /// Asks whether the encoder hears, without waking it: for families whose ``identify(on:)`` resets an encoder that some program left
    /// waiting for a card. Throws `timeout` when it does not. Changes no card; only diagnosis calls it.
    func listen(on link: some Link<Codec.Frame>) async throws(Fault)
    /// How the encoder tells of cards while nothing else is to do.
    var presence: PresenceWatch { get }
    /// Asks which card lies on the encoder now. Sends nothing that changes a card; called only where ``presence`` is not `none`.
    func lookForCard(on link: some Link<Codec.Frame>) async throws(Fault) -> CardPresence
    /// How often an idle encoder is asked whether it is still alive; `nil`: never. For encoders that lose their power while the USB
    /// adapter before them keeps its own.
    var healthCheck: Duration? { get }
    /// What a frame that nobody asked for says of the card; `nil`: nothing. Where the encoder tells by itself.
    func card(in unasked: Codec.Frame) -> CardPresence?
    /// What kind of frame it is, for a technician who looks at the line: nothing of a card, a guest or a door.
    func kind(of frame: Codec.Frame) -> String
    /// Does one task. Reports each finished card through `progress` as soon as it is known.
    func perform(_ task: EncoderTask, on link: some Link<Codec.Frame>, progress: some TaskProgress) async throws(Fault) -> TaskResult
}

extension EncoderDriver {
    public var line: LineSettings { Self.manifest.line }
    public var keys: KeyAbilities { Self.manifest.keys }

    public var promise: Duration { Patience.standard.promise }
    /// A lock maker's encoder answers orders minutes later; a raw one names the command that it answers, or is reset.
    public func isAnswer(_ frame: Codec.Frame) -> Bool { Self.manifest.kind == .lockMaker }
    public func isBusy(_ frame: Codec.Frame) -> Bool { false }
    /// A raw encoder does one command after the other: who it is, it says when nothing else is in hand. Of a lock maker's that is not known.
    public func isAtRest(on link: some Link<Codec.Frame>) async throws(Fault) -> Bool {
        guard Self.manifest.kind == .raw else { return false }
        _ = try await identify(on: link)
        return true
    }
    public func acknowledgement(ofUnasked frame: Codec.Frame) -> Codec.Frame? { nil }
    public func listen(on link: some Link<Codec.Frame>) async throws(Fault) {}
    public var presence: PresenceWatch { .none }
    public var healthCheck: Duration? { nil }
    public func lookForCard(on link: some Link<Codec.Frame>) async throws(Fault) -> CardPresence { .unknown }
    public func card(in unasked: Codec.Frame) -> CardPresence? { nil }
    public func kind(of frame: Codec.Frame) -> String { Codec.kind(of: frame) }
}

/// Where a driver says how a task goes on. The session keeps it and tells the world. Nothing has a default: a prompt that is not passed on
/// leaves a person waiting.
public protocol TaskProgress: Sendable {
    /// A person must put card number `copy` on the encoder now.
    func waitingForCard(copy: Int, of copies: Int) async throws(Fault)
    /// What was written is being compared with what should be there.
    func verifying(copy: Int) async throws(Fault)
    /// The same, where a person must put that card on once more for it (a second swipe).
    func waitingToVerify(copy: Int) async throws(Fault)
    /// A card came or went in the middle of a task.
    func sighted(_ card: CardPresence) async
    /// One card is finished while others of the same task are still to come. The last one comes in ``TaskResult``.
    func finished(_ receipt: Receipt) async throws(Fault)
    /// Something that a person should know of the key ("valid until 12:00 instead of 11:30").
    func remark(_ remark: Remark) async
}
