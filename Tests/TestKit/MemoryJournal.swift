// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A ``JobJournal`` that keeps everything in memory, for tests of what stands on the journal. It holds to the contract: a known
/// external id makes no second job, a final state is never left, prompts are not kept, and guests' data goes when a job ends.
public actor MemoryJournal: JobJournal {
    private var jobs: [JobID: Job] = [:]
    private var order: [JobID] = []
    private var trails: [JobID: [TrailEntry]] = [:]
    private var outbox: [Report] = []
    private var lastSequence: Int64 = 0
    private var facts: [String: String] = [:]
    private var fault: JournalFault?

    /// Every report that was marked as delivered, in that order.
    public private(set) var deliveredReports: [Report] = []

    public init() {}

    /// From now on every call fails with this; `nil` heals the journal.
    public func fail(_ fault: JournalFault?) { self.fault = fault }

    public func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance {
        try check()
        if let externalID = job.externalID, let known = find(job.origin, externalID) { return .known(known) }
        guard jobs[job.id] == nil else { throw JournalFault("The job \(job.id) is in the journal already.") }
        keep(job)
        order.append(job.id)
        trails[job.id] = [TrailEntry(at: job.createdAt, state: job.state, note: note)]
        put(reports)
        return .accepted(job)
    }

    public func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Bool {
        try check()
        guard let kept = jobs[job.id] else { throw JournalFault("The job \(job.id) is not in the journal.") }
        guard !kept.state.isFinal else { return false }
        keep(job)
        trails[job.id, default: []].append(trail)
        put(reports)
        return true
    }

    public func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault) {
        try check()
        guard jobs[id] != nil else { throw JournalFault("The job \(id) is not in the journal.") }
        trails[id, default: []].append(entry)
    }

    public func job(_ id: JobID) async throws(JournalFault) -> Job? {
        try check()
        return jobs[id]
    }

    public func job(origin: JobOrigin, externalID: String) async throws(JournalFault) -> Job? {
        try check()
        return find(origin, externalID)
    }

    public func unfinished() async throws(JournalFault) -> [Job] {
        try check()
        return order.compactMap { jobs[$0] }.filter { !$0.state.isFinal }
    }

    public func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] {
        try check()
        return trails[id] ?? []
    }

    public func pendingReports(of origin: JobOrigin, after sequence: Int64, limit: Int) async throws(JournalFault) -> [Report] {
        try check()
        return Array(outbox.filter { $0.origin == origin && $0.sequence > sequence }.prefix(max(0, limit)))
    }

    public func dropReports(_ sequences: [Int64], note: String?) async throws(JournalFault) {
        try check()
        for sequence in sequences {
            guard let index = outbox.firstIndex(where: { $0.sequence == sequence }) else { continue }
            let report = outbox.remove(at: index)
            guard let note, let job = jobs[report.jobID] else { continue }
            trails[report.jobID, default: []].append(TrailEntry(at: Date(), state: job.state, note: note))
        }
    }

    public func delivered(_ sequence: Int64) async throws(JournalFault) {
        try check()
        guard let index = outbox.firstIndex(where: { $0.sequence == sequence }) else { return }
        deliveredReports.append(outbox.remove(at: index))
    }

    public func outboxDepth() async throws(JournalFault) -> Int {
        try check()
        return outbox.count
    }

    public func fact(_ name: String) async throws(JournalFault) -> String? {
        try check()
        return facts[name]
    }

    public func setFact(_ name: String, _ value: String) async throws(JournalFault) {
        try check()
        facts[name] = value
    }

    private func check() throws(JournalFault) {
        if let fault { throw fault }
    }

    private func find(_ origin: JobOrigin, _ externalID: String) -> Job? {
        jobs.values.first { $0.origin == origin && $0.externalID == externalID }
    }

    private func keep(_ job: Job) {
        var job = job
        job.prompt = nil
        if job.state.isFinal { job.order = job.order.scrubbed() }
        jobs[job.id] = job
    }

    private func put(_ reports: [Report]) {
        for report in reports {
            lastSequence += 1
            var report = report
            report.sequence = lastSequence
            outbox.append(report)
        }
    }
}
