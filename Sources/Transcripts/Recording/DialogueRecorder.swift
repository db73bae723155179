// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

/// Listens on an open port while a driver works, and keeps each of its dialogues: what was asked, every byte in both directions with
/// its time, and what came of it. ``RecordingPorts`` tells it the bytes, ``RecordedDriver`` where a dialogue begins and ends.
///
/// Bytes outside a dialogue (an idle encoder that tells of a card) are not kept.
public final class DialogueRecorder: Sendable {
    private struct State {
        var finished: [RecordedDialogue] = []
        var current: RecordedDialogue?
        var beginning = ContinuousClock.now
        /// The driver lets time pass: what comes meanwhile is thrown away by the link.
        var isResting = false
        var port: (any Port)?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let say: @Sendable (String) -> Void

    /// - Parameter say: what a person must do now ("Put card 1 of 2 on the encoder.").
    public init(say: @escaping @Sendable (String) -> Void = { _ in }) {
        self.say = say
    }

    /// The dialogues that have ended, in order.
    public var dialogues: [RecordedDialogue] { state.withLock { $0.finished } }

    /// Ends the recording: the port is closed, so that the driver comes back with `offline`, and nothing more is kept.
    public func stop() {
        let port = state.withLock { state in
            state.isStopped = true
            state.current?.wasStopped = true
            return state.port
        }
        port?.close()
    }

    // MARK: Told by the port

    func opened(_ port: any Port) { state.withLock { $0.port = port } }

    func note(_ event: RecordedDialogue.Event) {
        state.withLock { state in
            guard !state.isStopped else { return }
            var event = event
            if case .received(let bytes) = event, state.isResting { event = .dropped(bytes) }
            state.current?.events.append((.now - state.beginning, event))
        }
    }

    // MARK: Told by the driver

    func begin(_ task: RecordedTask) {
        state.withLock { state in
            state.current = RecordedDialogue(task: task)
            state.beginning = .now
            state.isResting = false
        }
    }

    func end(_ outcome: DialogueOutcome) {
        state.withLock { state in
            guard var dialogue = state.current else { return }
            dialogue.outcome = outcome
            state.finished.append(dialogue)
            state.current = nil
        }
    }

    func rest(_ begins: Bool) { state.withLock { $0.isResting = begins } }

    func prompt(copy: Int, of copies: Int) {
        say(copies > 1 ? "Put card \(copy) of \(copies) on the encoder." : "Put a card on the encoder.")
    }
}

/// One dialogue as it was heard.
public struct RecordedDialogue: Sendable {
    enum Event: Sendable, Hashable {
        case sent([UInt8])
        case received([UInt8])
        /// Bytes that the link threw away: they came before a command, or while the driver let time pass.
        case dropped([UInt8])
        /// The driver met its time limit.
        case silence
        case gone
    }

    public let task: RecordedTask
    public internal(set) var outcome = DialogueOutcome()
    /// Someone ended the recording before the driver was done: the outcome says nothing of the encoder.
    public internal(set) var wasStopped = false
    /// With the time since the dialogue began.
    var events: [(at: Duration, event: Event)] = []

    init(task: RecordedTask) { self.task = task }
}
