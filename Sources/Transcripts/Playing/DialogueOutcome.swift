// SPDX-License-Identifier: Apache-2.0
import DriverKit
import DriverKit
import EncoderModel

/// What came of one dialogue, as the headers of a transcript tell it.
public struct DialogueOutcome: Sendable, Hashable {
    public var result: TaskResult?
    public var fault: Fault?
    public var identity: EncoderIdentity?
    /// What ``EncoderDriver/lookForCard(on:)`` saw.
    public var sight: CardPresence?
    public var story: RecordedProgress.Story
    /// Answers that came to orders from before the dialogue.
    public var lateAnswers = 0

    public init(
        result: TaskResult? = nil, fault: Fault? = nil, identity: EncoderIdentity? = nil, sight: CardPresence? = nil,
        story: RecordedProgress.Story = RecordedProgress.Story()
    ) {
        self.result = result
        self.fault = fault
        self.identity = identity
        self.sight = sight
        self.story = story
    }

    /// `done`, or the fault's code and what is known of the card.
    public var word: String { fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? "done" }

    /// The headers that a transcript of this dialogue has. What it has nothing to say to is left out.
    public var headers: [String: String] {
        var headers = ["outcome": word]
        headers["detail"] = fault?.detail
        if case .rejected(let reason) = fault?.kind { headers["reason"] = reason }
        if let receipts = result?.receipts, !receipts.isEmpty {
            headers["receipts"] = receipts.map { $0.serial ?? "-" }.joined(separator: " ")
        }
        if !story.finished.isEmpty { headers["finished"] = String(story.finished.count) }
        if !story.prompts.isEmpty { headers["prompts"] = story.prompts.joined(separator: " ") }
        if let reading = result?.reading, !reading.isEmpty {
            headers["reading"] = reading.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        }
        if lateAnswers > 0 { headers["late"] = String(lateAnswers) }
        if !story.remarks.isEmpty { headers["remark"] = story.remarks.joined(separator: " ") }
        return headers
    }
}

extension DialogueOutcome {
    /// Does a task over a line and says what came of it.
    /// - Parameter unanswered: an earlier order may still be answered: as before every job, the encoder is asked first.
    public static func of(
        _ task: RecordedTask, on line: Line<some EncoderDriver>, unanswered: Bool = false, progress: RecordedProgress
    ) async -> DialogueOutcome {
        var outcome = DialogueOutcome()
        do throws(Fault) {
            switch task {
            case .identify: outcome.identity = try await line.identify()
            case .look: outcome.sight = try await line.lookForCard()
            case .perform(let task):
                if unanswered, task.makesCards { _ = try await line.isAtRest(before: "this", cards: 1, progress: progress) }
                outcome.result = try await line.perform(task, as: "this", progress: progress)
            }
        } catch {
            outcome.fault = error
        }
        outcome.story = progress.story
        return outcome
    }
}

extension EncoderTask {
    fileprivate var makesCards: Bool {
        switch self {
        case .cut, .write: true
        default: false
        }
    }
}
