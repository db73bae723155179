// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What has happened and the journal could not keep, in the order in which it happened. It is tried again until it can: a card that was
/// made is not forgotten because the disk was full for a minute.
struct UnkeptSteps: Sendable {
    /// Lines of trails beyond this are not worth the memory of a bridge whose disk is full for days.
    private static let mostNotes = 1000

    private(set) var steps: [JobStep] = []
    /// Open questions and late cancels, as they are to be kept last.
    private(set) var facts: [Fact: String] = [:]
    private(set) var notes: [(job: JobID, entry: TrailEntry)] = []
    /// Why, by the last try.
    private(set) var fault = JournalFault("nothing is in the way")

    var isEmpty: Bool { count == 0 }
    var count: Int { steps.count + facts.count + notes.count }
    var first: JobStep? { steps.first }

    func has(_ id: JobID) -> Bool { steps.contains { $0.job.id == id } }

    /// Whether the job has ended, though the journal does not know yet.
    func hasEnded(_ id: JobID) -> Bool { steps.contains { $0.job.id == id && $0.job.state.isFinal } }

    mutating func add(_ step: JobStep, _ fault: JournalFault) {
        steps.append(step)
        self.fault = fault
    }

    mutating func add(_ fact: Fact, _ text: String, _ fault: JournalFault) {
        facts[fact] = text
        self.fault = fault
    }

    mutating func add(_ entry: TrailEntry, about job: JobID, _ fault: JournalFault) {
        if notes.count < Self.mostNotes { notes.append((job, entry)) }
        self.fault = fault
    }

    /// A fact is kept now; a later text of it may still wait.
    mutating func kept(_ fact: Fact, _ text: String) { if facts[fact] == text { facts[fact] = nil } }

    mutating func failedAgain(_ fault: JournalFault) { self.fault = fault }

    mutating func removeFirst() { steps.removeFirst() }
    mutating func removeFirstNote() { notes.removeFirst() }
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
