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
    private var facts: [Fact: String] = [:]
    private var history: [(id: JobID, entry: TrailEntry)] = []
    private var fault: JournalFault?
    private var holdsFacts = false
    private var waitingForFacts: [CheckedContinuation<Void, Never>] = []
    private var hook: (@Sendable (Job) async -> Void)?

    /// Every report that was marked as delivered, in that order.
    public private(set) var deliveredReports: [Report] = []
    private var lifeClock = Date()

    public init() {}

    /// From now on every call fails with this; `nil` heals the journal.
    public func fail(_ fault: JournalFault?) { self.fault = fault }

    /// From now on the disk says nothing to whoever reads or keeps a fact, until it is let go.
    public func holdFacts(_ holds: Bool) {
        holdsFacts = holds
        guard !holds else { return }
        waitingForFacts.forEach { $0.resume() }
        waitingForFacts = []
    }

    private func disk() async {
        if holdsFacts { await withCheckedContinuation { waitingForFacts.append($0) } }
    }

    /// What happens elsewhere while the journal writes: done after a job is kept and before whoever asked hears of it.
    public func whileWriting(_ hook: (@Sendable (Job) async -> Void)?) { self.hook = hook }

    public func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance {
        try check()
        if let externalID = job.externalID, let known = find(job.origin, externalID) { return .known(known) }
        guard jobs[job.id] == nil else { throw JournalFault("The job \(job.id) is in the journal already.") }
        keep(job)
        order.append(job.id)
        add(TrailEntry(at: job.createdAt, state: job.state, note: note), to: job.id)
        put(reports)
        await hook?(job)
        return .accepted(job)
    }

    public func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Int64? {
        try check()
        guard let kept = jobs[job.id] else { throw JournalFault("The job \(job.id) is not in the journal.") }
        guard !kept.state.isFinal else { return nil }
        keep(job)
        add(trail, to: job.id)
        put(reports)
        let place = Int64(history.count)
        await hook?(job)
        return place
    }

    public func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault) {
        try check()
        guard jobs[id] != nil else { throw JournalFault("The job \(id) is not in the journal.") }
        add(entry, to: id)
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
            add(TrailEntry(at: Date(), state: job.state, note: note), to: report.jobID)
        }
    }

    /// The whole life of each job; ages are real time's business.
    public func lifeLeft(of id: JobID) async throws(JournalFault) -> Duration? {
        try check()
        guard let job = jobs[id], let end = job.expiresAt else { return nil }
        return .seconds(end.timeIntervalSince(lifeClock))
    }

    /// What ``lifeLeft(of:)`` takes for now.
    public func setLifeClock(_ now: Date) { lifeClock = now }

    public func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job] {
        try check()
        let newest = order.reversed().compactMap { jobs[$0] }
        let rest = before.map { id in newest.drop { $0.id != id }.dropFirst() } ?? newest[...]
        return Array(rest.filter { filter.wants($0, accepted: $0.createdAt) }.prefix(max(0, limit)))
    }

    public func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange] {
        try check()
        return history.enumerated().dropFirst(Int(place)).prefix(limit).compactMap { number, line in
            jobs[line.id].map { JobChange(place: Int64(number + 1), job: $0, entry: line.entry) }
        }
    }

    public func probe() async throws(JournalFault) { try check() }

    public func healthProblems() async -> [HealthProblem] { fault.map { [HealthProblem(.journal, $0.description)] } ?? [] }

    public func delivered(_ sequence: Int64) async throws(JournalFault) {
        try check()
        guard let index = outbox.firstIndex(where: { $0.sequence == sequence }) else { return }
        deliveredReports.append(outbox.remove(at: index))
    }

    public func outboxDepth() async throws(JournalFault) -> Int {
        try check()
        return outbox.count
    }

    public func fact(_ fact: Fact) async throws(JournalFault) -> String? {
        await disk()
        try check()
        return facts[fact]
    }

    public func setFact(_ fact: Fact, _ value: String) async throws(JournalFault) {
        await disk()
        try check()
        facts[fact] = value
    }

    private func check() throws(JournalFault) {
        if let fault { throw fault }
    }

    private func find(_ origin: JobOrigin, _ externalID: String) -> Job? {
        jobs.values.first { $0.origin == origin && $0.externalID == externalID }
    }

    private func add(_ entry: TrailEntry, to id: JobID) {
        trails[id, default: []].append(entry)
        history.append((id, entry))
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
