// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the PMS must be told of a job. Kept in the journal's outbox until delivered, in order, once.
public struct Report: Sendable, Codable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case received, processing, processed, failed, cancelled
        public var isFinal: Bool { self == .processed || self == .failed || self == .cancelled }
    }
    /// Place in the outbox; given by the journal, 0 before.
    public var sequence: Int64
    public var jobID: JobID
    /// Which connector delivers it, and the other side's id of the order.
    public var origin: JobOrigin
    public var externalID: String
    public var kind: Kind
    /// 0 to 1, with `processing` only.
    public var progress: Double?
    /// What the clerk reads, with final kinds only.
    public var text: String?

    public init(
        sequence: Int64 = 0, jobID: JobID, origin: JobOrigin, externalID: String, kind: Kind, progress: Double? = nil, text: String? = nil
    ) {
        self.sequence = sequence
        self.jobID = jobID
        self.origin = origin
        self.externalID = externalID
        self.kind = kind
        self.progress = progress
        self.text = text
    }
}

/// One line of a job's history.
public struct TrailEntry: Sendable, Codable, Hashable {
    public var at: Date
    public var state: JobState
    /// Plain words without guest data: "order sent", "late answer: CN".
    public var note: String

    public init(at: Date, state: JobState, note: String) {
        self.at = at
        self.state = state
        self.note = note
    }
}

/// Whether an order became a new job or was known already.
public enum Acceptance: Sendable, Hashable {
    case accepted(Job)
    /// The same origin and external id made this job before.
    case known(Job)
}

/// Memory that survives power loss. Every call that changes something is durable when it returns.
/// The queue calls ``record(_:trail:reports:)`` *before* the side effect that a transition announces.
///
/// Each call throws ``JournalFault``: one sentence that says what to do. What keeps the whole journal from working is also one of its
/// ``HealthReporting/healthProblems()``, from the moment it was noticed until it is over.
public protocol JobJournal: HealthReporting {
    /// Keeps a new job, unless `origin` and `externalID` are known: then the job that they made comes back unchanged.
    func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance
    /// Keeps a transition: the job as it is now, a line of its trail, and the reports it causes, all or nothing.
    /// - Returns: the line's place in the history of all jobs; `nil` if the kept state is final: then the job is left as it is.
    func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Int64?
    /// Adds a line to a trail without touching the job; works for finished jobs too.
    func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault)
    func job(_ id: JobID) async throws(JournalFault) -> Job?
    func job(origin: JobOrigin, externalID: String) async throws(JournalFault) -> Job?
    /// Jobs that have not ended, in the order of their acceptance. One whose row cannot be read is left out and is a health problem.
    func unfinished() async throws(JournalFault) -> [Job]
    /// How much of its time a waiting job has left, whatever was done to the machine's clock since it was accepted; `nil` without a limit.
    func lifeLeft(of id: JobID) async throws(JournalFault) -> Duration?
    /// Jobs from the newest accepted one backwards, at most `limit`; `before` goes on behind the last one of the page before. Rows that
    /// cannot be read are left out.
    func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job]
    func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry]
    /// What happened to all jobs after a place, oldest first, at most `limit`.
    func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange]
    /// Undelivered reports of one connector behind a place in the outbox, in order.
    func pendingReports(of origin: JobOrigin, after sequence: Int64, limit: Int) async throws(JournalFault) -> [Report]
    func delivered(_ sequence: Int64) async throws(JournalFault)
    /// Takes reports out of the outbox that the PMS was not told: overtaken by a later one, or refused by it for good.
    /// - Parameter note: goes into the trail of each one's job; `nil` where there is nothing to say.
    func dropReports(_ sequences: [Int64], note: String?) async throws(JournalFault)
    /// How many reports wait.
    func outboxDepth() async throws(JournalFault) -> Int
    func fact(_ fact: Fact) async throws(JournalFault) -> String?
    func setFact(_ fact: Fact, _ value: String) async throws(JournalFault)
    /// Tries whether changes can be kept now; throws what is in the way.
    func probe() async throws(JournalFault)
}

extension JobJournal {
    /// Undelivered reports of one connector from the first on.
    public func pendingReports(of origin: JobOrigin, limit: Int) async throws(JournalFault) -> [Report] {
        try await pendingReports(of: origin, after: 0, limit: limit)
    }
}
