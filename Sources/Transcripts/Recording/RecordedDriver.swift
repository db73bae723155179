// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// A driver that tells a recorder what it is asked, when it waits in vain and what it answers; else it is the driver behind it.
public struct RecordedDriver<Base: EncoderDriver>: EncoderDriver {
    public typealias Codec = Base.Codec
    public static var manifest: DriverManifest { Base.manifest }

    private let base: Base
    private let recorder: DialogueRecorder

    public init(_ base: Base, recorder: DialogueRecorder) {
        self.base = base
        self.recorder = recorder
    }

    public init(settings: DriverSettings) throws(SettingsFault) {
        self.init(try Base(settings: settings), recorder: DialogueRecorder())
    }

    public var line: LineSettings { base.line }
    public func makeCodec(for port: PortKind) -> Codec { base.makeCodec(for: port) }
    public func timeLimit(for task: EncoderTask) -> Duration { base.timeLimit(for: task) }
    public var lateAnswerWindow: Duration { base.lateAnswerWindow }
    public func acknowledgement(ofUnasked frame: Codec.Frame) -> Codec.Frame? { base.acknowledgement(ofUnasked: frame) }
    public var presence: PresenceWatch { base.presence }
    public var healthCheck: Duration? { base.healthCheck }
    public func card(in unasked: Codec.Frame) -> CardPresence? { base.card(in: unasked) }
    /// Not recorded: what a session asks an idle encoder again and again.
    public func lookForCard(on link: some Link<Codec.Frame>) async throws(Fault) -> CardPresence { try await base.lookForCard(on: link) }

    public func identify(on link: some Link<Codec.Frame>) async throws(Fault) -> EncoderIdentity {
        recorder.begin(.identify)
        do throws(Fault) {
            let identity = try await base.identify(on: RecordedLink(base: link, recorder: recorder))
            recorder.end(DialogueOutcome(identity: identity))
            return identity
        } catch {
            recorder.end(DialogueOutcome(fault: error))
            throw error
        }
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<Codec.Frame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        recorder.begin(.perform(task))
        let heard = HeardProgress(base: progress, recorder: recorder)
        do throws(Fault) {
            let result = try await base.perform(task, on: RecordedLink(base: link, recorder: recorder), progress: heard)
            recorder.end(DialogueOutcome(result: result, story: heard.kept.story))
            return result
        } catch {
            recorder.end(DialogueOutcome(fault: error, story: heard.kept.story))
            throw error
        }
    }
}

/// A link that tells where the driver rests and where it waited in vain: the bytes alone do not show it.
private struct RecordedLink<Base: Link>: Link {
    typealias Frame = Base.Frame
    let base: Base
    let recorder: DialogueRecorder

    func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame {
        do throws(Fault) { return try await base.exchange(command, within: limit) } catch { throw heard(error) }
    }

    func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        do throws(Fault) {
            return try await base.expect(within: limit, repair: repair, provesOrder: provesOrder)
        } catch {
            throw heard(error)
        }
    }

    func send(_ command: Command<Frame>) async throws(Fault) { try await base.send(command) }

    func rest(_ length: Duration) async throws(Fault) {
        recorder.rest(true)
        defer { recorder.rest(false) }
        try await base.rest(length)
    }

    func changeSpeed(_ baud: Int) async throws(Fault) { try await base.changeSpeed(baud) }

    private func heard(_ fault: Fault) -> Fault {
        if fault.kind == .timeout || fault.kind == .malformedReply { recorder.note(.silence) }
        return fault
    }
}

private struct HeardProgress<Base: TaskProgress>: TaskProgress {
    let base: Base
    let recorder: DialogueRecorder
    let kept = RecordedProgress()

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        recorder.prompt(copy: copy, of: copies)
        try await kept.waitingForCard(copy: copy, of: copies)
        try await base.waitingForCard(copy: copy, of: copies)
    }
    func verifying(copy: Int) async throws(Fault) { try await base.verifying(copy: copy) }
    func finished(_ receipt: Receipt) async throws(Fault) {
        try await kept.finished(receipt)
        try await base.finished(receipt)
    }
    func sighted(_ card: CardPresence) async {
        await kept.sighted(card)
        await base.sighted(card)
    }
    func remark(_ text: String) async {
        await kept.remark(text)
        await base.remark(text)
    }
}
