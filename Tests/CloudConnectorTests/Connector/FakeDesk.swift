// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit

/// A desk that journals what it is given and cuts keys when the test says so.
actor FakeDesk: JobDesk {
    let journal: MemoryJournal
    nonisolated let events = EventHub()
    private let names: [EncoderName]
    private let time: VirtualTime
    private(set) var submitted: [JobRequest] = []
    private(set) var cancelled: [JobID] = []
    private(set) var timeZones: [String] = []
    private var hangs = false

    /// From now on nobody hears what became of a cancel.
    func hangOnCancel() { hangs = true }

    /// A progress report, as the core makes one for each step.
    func report(_ externalID: String, progress: Double) async throws {
        guard var job = try await journal.job(origin: .mews, externalID: externalID) else { throw JournalFault("no such job") }
        job.state = .writing
        var made = report(job, .processing)
        made.progress = progress
        _ = try await journal.record(job, trail: TrailEntry(at: job.createdAt, state: .writing, note: "order sent"), reports: [made])
        await events.publish(.reportWaiting(job.origin))
    }

    init(_ journal: MemoryJournal, time: VirtualTime, encoders: [EncoderName] = ["front-desk"]) {
        self.journal = journal
        self.time = time
        names = encoders
    }

    func perform(_ errand: Errand, on encoder: EncoderName) async throws(Fault) -> ErrandOutcome {
        throw Fault(.rejected(reason: "a PMS asks for keys only"))
    }

    func tell(_ notice: StayNotice, to encoder: EncoderName) async throws(Fault) -> ErrandOutcome {
        throw Fault(.rejected(reason: "a PMS asks for keys only"))
    }

    func frames(of encoder: EncoderName) async -> [LineFrame]? { nil }

    func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance {
        time.touch()
        var job = Job(
            id: .random(), encoder: request.encoder, order: request.order, origin: request.origin, externalID: request.externalID,
            createdAt: request.createdAt, expiresAt: request.expiresAt)
        var reports = [report(job, .received)]
        if let refusal = request.refusal {
            job.state = refusal.kind == .expired ? .expired : .failed
            job.fault = refusal
            reports.append(report(job, .failed, refusal.advice))
        }
        let acceptance = try await journal.accept(job, note: "accepted", reports: reports)
        if case .accepted = acceptance {
            submitted.append(request)
            await events.publish(.reportWaiting(request.origin))
        }
        return acceptance
    }

    func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation {
        if hangs { for await _ in await events.subscribe().events where Task.isCancelled { break } }
        guard var job = try await journal.job(id) else { return .unknownJob }
        guard !job.state.isFinal else { return .alreadyEnded(job) }
        cancelled.append(id)
        job.state = .cancelled
        try await end(job, .cancelled, "cancelled by \(whom)")
        return .cancelled(job)
    }

    /// The key of this command is cut. Both reports at once: a connector that still looks through the journal for the last bell would
    /// else find the first alone, and tell it.
    func cut(_ externalID: String) async throws {
        guard var job = try await journal.job(origin: .mews, externalID: externalID) else { throw JournalFault("no such job") }
        job.state = .done
        try await end(job, .processed, "1 key cut.", after: [report(job, .processing)])
    }

    private func end(_ job: Job, _ kind: Report.Kind, _ text: String, after before: [Report] = []) async throws(JournalFault) {
        _ = try await journal.record(
            job, trail: TrailEntry(at: job.createdAt, state: job.state, note: text), reports: before + [report(job, kind, text)])
        await events.publish(.reportWaiting(job.origin))
    }

    private func report(_ job: Job, _ kind: Report.Kind, _ text: String? = nil) -> Report {
        Report(
            jobID: job.id, origin: job.origin, externalID: job.externalID ?? "", kind: kind, progress: kind == .processing ? 0.5 : nil,
            text: text)
    }

    func job(_ id: JobID) async throws(JournalFault) -> Job? { try await journal.job(id) }
    func finished(_ id: JobID, within limit: Duration) async throws(JournalFault) -> Job? { try await journal.job(id) }
    func note(_ text: String, about id: JobID) async {}
    func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job] {
        try await journal.jobs(filter, limit: limit, before: before)
    }
    func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] { try await journal.trail(of: id) }
    func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange] {
        try await journal.changes(after: place, limit: limit)
    }
    func encoders() async -> [EncoderStatus] { names.map(status) }
    func encoder(_ name: EncoderName) async -> EncoderStatus? { names.contains(name) ? status(name) : nil }
    func learnedTimeZone(_ identifier: String) async { timeZones.append(identifier) }

    private nonisolated func status(_ name: EncoderName) -> EncoderStatus {
        EncoderStatus(
            name: name, state: .ready, driver: "test", kind: .lockMaker, port: PortStatus(match: "test"),
            capabilities: [])
    }
}
