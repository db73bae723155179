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

/// The journal could not keep or find something: disk full, file damaged, not writable.
public struct JournalFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that says what to do.
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Whether an order became a new job or was known already.
public enum Acceptance: Sendable, Hashable {
    case accepted(Job)
    /// The same origin and external id made this job before.
    case known(Job)
}

/// Memory that survives power loss. Every call that changes something is durable when it returns.
/// The queue calls ``record(_:trail:reports:)`` *before* the side effect that a transition announces.
public protocol JobJournal: Sendable {
    /// Keeps a new job, unless `origin` and `externalID` are known: then the job that they made comes back unchanged.
    func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance
    /// Keeps a transition: the job as it is now, a line of its trail, and the reports it causes, all or nothing.
    /// A job whose kept state is final is left as it is and `false` comes back.
    func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Bool
    /// Adds a line to a trail without touching the job; works for finished jobs too.
    func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault)
    func job(_ id: JobID) async throws(JournalFault) -> Job?
    func job(origin: JobOrigin, externalID: String) async throws(JournalFault) -> Job?
    /// Jobs that have not ended, oldest first.
    func unfinished() async throws(JournalFault) -> [Job]
    func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry]
    /// Undelivered reports of one connector behind a place in the outbox, in order.
    func pendingReports(of origin: JobOrigin, after sequence: Int64, limit: Int) async throws(JournalFault) -> [Report]
    func delivered(_ sequence: Int64) async throws(JournalFault)
    /// Takes reports out of the outbox that the PMS was not told: overtaken by a later one, or refused by it for good.
    /// - Parameter note: goes into the trail of each one's job; `nil` where there is nothing to say.
    func dropReports(_ sequences: [Int64], note: String?) async throws(JournalFault)
    /// How many reports wait.
    func outboxDepth() async throws(JournalFault) -> Int
    /// A fact about the property that must survive a restart, such as its time zone.
    func fact(_ name: String) async throws(JournalFault) -> String?
    func setFact(_ name: String, _ value: String) async throws(JournalFault)
}

extension JobJournal {
    /// Undelivered reports of one connector from the first on.
    public func pendingReports(of origin: JobOrigin, limit: Int) async throws(JournalFault) -> [Report] {
        try await pendingReports(of: origin, after: 0, limit: limit)
    }
}
