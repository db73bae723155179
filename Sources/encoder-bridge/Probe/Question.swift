// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Logging
import PortIO
import Synchronization

/// The question to an encoder who it is, asked as the daemon would ask it. Changes no card.
struct Question: Sendable {
    let port: DetectedPort
    /// The most time that one question may take: a driver's own limits are made for cards.
    var limit = Duration.seconds(8)
    var trace = PortTrace()

    /// - Parameter wakeFirst: sends the family's reset before, for an encoder that hears nothing else.
    /// - Returns: what came of it, and how long it took.
    func ask(_ driver: some EncoderDriver, wakeFirst: Bool = false) async -> (dialogue: Dialogue, took: Duration) {
        let start = ContinuousClock.now
        if wakeFirst { return (await answer(Waking(base: driver)), .now - start) }
        let ear = Ear()
        let dialogue = await answer(Listening(base: driver, ear: ear))
        if case .answered = dialogue, ear.heardNothing { return (.woke, .now - start) }
        return (dialogue, .now - start)
    }

    private func answer(_ driver: some EncoderDriver) async -> Dialogue {
        let (statuses, report) = AsyncStream<EncoderStatus>.makeStream()
        let session = EncoderSession(
            name: "probe", driver: driver, match: .device(port.address), ports: TracedPorts(base: LinuxPorts(), trace: trace),
            host: QuestionHost(report: report), logger: Logger(label: "probe", factory: { _ in SwiftLogNoOpLogHandler() }))
        let work = Task { await session.run() }
        let patience = Task {
            try await Task.sleep(for: limit)
            report.finish()
        }
        await session.post(.portArrived(port))
        var dialogue = Dialogue.silent
        listening: for await status in statuses {
            switch status.state {
            case .ready:
                let words = [status.identity?.model, status.identity?.firmware, status.identity?.serial].compactMap(\.self)
                dialogue = .answered(words.isEmpty ? "it answers" : words.joined(separator: ", "))
                break listening
            case .faulted:
                dialogue = Dialogue(status.lastFault?.fault ?? Fault(.offline))
                break listening
            case .absent, .opening, .busy: continue
            }
        }
        patience.cancel()
        // The port is given back as it was found before anything else is tried.
        work.cancel()
        await work.value
        return judged(dialogue)
    }

    /// Whether anything came at all is the trace's to say: a driver only knows that no answer did.
    private func judged(_ dialogue: Dialogue) -> Dialogue {
        let heard = trace.received
        switch dialogue {
        case .silent where !heard.isEmpty: return .noise(bytes: heard.count, like: [])
        case .noise: return .noise(bytes: heard.count, like: [])
        default: return dialogue
        }
    }
}

/// What came of listening before the encoder was woken.
private final class Ear: Sendable {
    private let deaf = Atomic(false)
    var heardNothing: Bool { deaf.load(ordering: .relaxed) }
    func noteSilence() { deaf.store(true, ordering: .relaxed) }
}

/// A driver that first asks without waking: an encoder that only its family's reset wakes was left waiting by some program, which a
/// technician should know.
private struct Listening<Base: EncoderDriver>: EncoderDriver {
    typealias Codec = Base.Codec
    static var manifest: DriverManifest { Base.manifest }
    let base: Base
    let ear: Ear

    init(base: Base, ear: Ear) { (self.base, self.ear) = (base, ear) }
    init(settings: DriverSettings) throws(SettingsFault) { (base, ear) = (try Base(settings: settings), Ear()) }

    var line: LineSettings { base.line }
    var lateAnswerWindow: Duration { base.lateAnswerWindow }
    func makeCodec(for port: PortKind) -> Codec { base.makeCodec(for: port) }
    func timeLimit(for task: EncoderTask) -> Duration { base.timeLimit(for: task) }

    func identify(on link: some Link<Codec.Frame>) async throws(Fault) -> EncoderIdentity {
        do throws(Fault) {
            try await base.listen(on: link)
        } catch {
            guard error.kind == .timeout else { throw error }
            ear.noteSilence()
        }
        return try await base.identify(on: link)
    }

    func perform(_ task: EncoderTask, on link: some Link<Codec.Frame>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        try await base.perform(task, on: link, progress: progress)
    }
}

/// A driver that resets its encoder before it asks.
private struct Waking<Base: EncoderDriver>: EncoderDriver {
    typealias Codec = Base.Codec
    static var manifest: DriverManifest { Base.manifest }
    let base: Base

    init(base: Base) { self.base = base }
    init(settings: DriverSettings) throws(SettingsFault) { base = try Base(settings: settings) }

    var line: LineSettings { base.line }
    var lateAnswerWindow: Duration { base.lateAnswerWindow }
    func makeCodec(for port: PortKind) -> Codec { base.makeCodec(for: port) }
    func timeLimit(for task: EncoderTask) -> Duration { base.timeLimit(for: task) }

    func identify(on link: some Link<Codec.Frame>) async throws(Fault) -> EncoderIdentity {
        _ = try await base.perform(.reset, on: link, progress: Unheard())
        return try await base.identify(on: link)
    }

    func perform(_ task: EncoderTask, on link: some Link<Codec.Frame>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        try await base.perform(task, on: link, progress: progress)
    }
}

private struct Unheard: TaskProgress {
    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {}
    func verifying(copy: Int) async throws(Fault) {}
    func sighted(_ card: CardPresence) async {}
    func finished(_ receipt: Receipt) async throws(Fault) {}
    func remark(_ text: String) async {}
}

/// A queue without jobs: the session is only to open and to ask.
struct QuestionHost: SessionHost {
    let report: AsyncStream<EncoderStatus>.Continuation

    func nextJob(for encoder: EncoderName) async -> Job? { nil }
    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {}
    func note(_ text: String, about job: JobID) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 0 }
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) async { report.yield(status) }
}
