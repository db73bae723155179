// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Steps of jobs that have happened and that the journal could not keep, in the order in which they happened. They are tried again until
/// it can: a card that was made is not forgotten because the disk was full for a minute.
struct UnkeptSteps: Sendable {
    private(set) var steps: [JobStep] = []
    /// Why, by the last try.
    private(set) var fault = JournalFault("nothing is in the way")

    var isEmpty: Bool { steps.isEmpty }
    var first: JobStep? { steps.first }

    func has(_ id: JobID) -> Bool { steps.contains { $0.job.id == id } }

    /// Whether the job has ended, though the journal does not know yet.
    func hasEnded(_ id: JobID) -> Bool { steps.contains { $0.job.id == id && $0.job.state.isFinal } }

    mutating func add(_ step: JobStep, _ fault: JournalFault) {
        steps.append(step)
        self.fault = fault
    }

    mutating func failedAgain(_ fault: JournalFault) { self.fault = fault }

    mutating func removeFirst() { steps.removeFirst() }
}

extension JobEvent {
    /// Whether it announces what is to happen and must not happen unless it is kept; everything else has happened already.
    var announces: Bool {
        switch self {
        case .waitingForCard, .writing: true
        case .verifying, .notTaken, .cardFinished, .remark, .completed, .failed, .interrupted: false
        }
    }
}
