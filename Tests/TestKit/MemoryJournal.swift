// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A journal that keeps its promises except the one about power loss. For tests of what stands above the real one.
public actor MemoryJournal: JobJournal {
    private var jobs: [JobID: Job] = [:]
    private var order: [JobID] = []
    private var trails: [JobID: [TrailEntry]] = [:]
    private var outbox: [Report] = []
    private var facts: [String: String] = [:]
    private var lastSequence: Int64 = 0
    /// While set, everything that changes something throws it.
    private var breakdown: JournalFault?

    public init() {}

    public func breakDown(_ fault: JournalFault?) { breakdown = fault }

    public func accept(_ job: Job, note: String, reports: [Report]) throws(JournalFault) -> Acceptance {
        try check()
        if let externalID = job.externalID, let known = find(job.origin, externalID) { return .known(known) }
        jobs[job.id] = job
        order.append(job.id)
        trails[job.id] = [TrailEntry(at: job.createdAt, state: job.state, note: note)]
        add(reports)
        return .accepted(job)
    }

    public func record(_ job: Job, trail: TrailEntry, reports: [Report]) throws(JournalFault) -> Bool {
        try check()
        guard let kept = jobs[job.id] else { throw JournalFault("no job \(job.id)") }
        guard !kept.state.isFinal else { return false }
        jobs[job.id] = job
        trails[job.id, default: []].append(trail)
        add(reports)
        return true
    }

    public func note(_ id: JobID, _ entry: TrailEntry) throws(JournalFault) {
        try check()
        trails[id, default: []].append(entry)
    }

    public func job(_ id: JobID) throws(JournalFault) -> Job? { jobs[id] }
    public func job(origin: JobOrigin, externalID: String) throws(JournalFault) -> Job? { find(origin, externalID) }
    public func unfinished() throws(JournalFault) -> [Job] { order.compactMap { jobs[$0] }.filter { !$0.state.isFinal } }
    public func trail(of id: JobID) throws(JournalFault) -> [TrailEntry] { trails[id] ?? [] }
    public func pendingReports(of origin: JobOrigin, limit: Int) throws(JournalFault) -> [Report] {
        Array(outbox.filter { $0.origin == origin }.prefix(limit))
    }
    public func delivered(_ sequence: Int64) throws(JournalFault) {
        try check()
        outbox.removeAll { $0.sequence == sequence }
    }
    public func outboxDepth() throws(JournalFault) -> Int { outbox.count }
    public func fact(_ name: String) throws(JournalFault) -> String? { facts[name] }
    public func setFact(_ name: String, _ value: String) throws(JournalFault) {
        try check()
        facts[name] = value
    }

    private func check() throws(JournalFault) {
        if let breakdown { throw breakdown }
    }

    private func find(_ origin: JobOrigin, _ externalID: String) -> Job? {
        jobs.values.first { $0.origin == origin && $0.externalID == externalID }
    }

    private func add(_ reports: [Report]) {
        for var report in reports {
            lastSequence += 1
            report.sequence = lastSequence
            outbox.append(report)
        }
    }
}
