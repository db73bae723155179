// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Synchronization

/// Listens on an open port while a driver works, and keeps each of its dialogues: what was asked, every byte in both directions with
/// its time, and what came of it. ``RecordingPorts`` tells it the bytes.
///
/// Bytes outside a dialogue (an idle encoder that tells of a card) are not kept.
public final class DialogueRecorder: Sendable {
    private struct State {
        var finished: [RecordedDialogue] = []
        var current: RecordedDialogue?
        var beginning = ContinuousClock.now
        var port: (any Port)?
        var isStopped = false
    }

    private let state = Mutex(State())
    public init() {}

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
            state.current?.events.append((.now - state.beginning, event))
        }
    }

    // MARK: The dialogue

    /// Does a task over a recorded line and keeps the dialogue.
    @discardableResult
    public func record<Driver: EncoderDriver>(
        _ task: RecordedTask, on line: Line<Driver>, say: @escaping @Sendable (String) -> Void = { _ in }
    ) async -> DialogueOutcome {
        begin(task)
        let outcome = await DialogueOutcome.of(task, on: line, progress: RecordedProgress(Driver.manifest.gesture, say: say))
        end(outcome)
        return outcome
    }

    private func begin(_ task: RecordedTask) {
        state.withLock { state in
            state.current = RecordedDialogue(task: task)
            state.beginning = .now
        }
    }

    private func end(_ outcome: DialogueOutcome) {
        state.withLock { state in
            guard var dialogue = state.current else { return }
            dialogue.outcome = outcome
            state.finished.append(dialogue)
            state.current = nil
        }
    }
}

/// One dialogue as it was heard.
public struct RecordedDialogue: Sendable {
    enum Event: Sendable, Hashable {
        case sent([UInt8])
        case received([UInt8])
        /// Nothing came for as long as a time limit.
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
