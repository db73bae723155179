// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging
import TestKit

@testable import LockServer

/// A desk with a journal and no encoders: keys are made, and lock systems answer, as the test says.
actor FakeDesk: JobDesk {
    /// What an encoder does with what it is given.
    enum Manner: Sendable {
        case does
        case refuses(Fault)
        case saysNothing
        /// Makes keys once it is let go.
        case isSlow
    }

    let journal: MemoryJournal
    nonisolated let events = EventHub()
    private let capabilities: [EncoderName: [EncoderCapability]]
    private var manners: [EncoderName: Manner] = [:]
    private var isJournalSilent = false
    private var waitingForTheJournal: [CheckedContinuation<Void, Never>] = []
    private var slow: [CheckedContinuation<Void, Never>] = []
    private(set) var told: [EncoderName: StayNotice] = [:]
    /// What was begun, in order: "new 101", "check-out 101".
    private(set) var begun: [String] = []
    private(set) var notes: [JobID: String] = [:]

    init(_ capabilities: [EncoderName: [EncoderCapability]], journal: MemoryJournal = MemoryJournal()) {
        self.journal = journal
        self.capabilities = capabilities
    }

    func set(_ encoder: EncoderName, _ manner: Manner) { manners[encoder] = manner }

    var slowOrders: Int { slow.count }

    func letGo() {
        slow.forEach { $0.resume() }
        slow = []
    }

    /// Whether orders are kept only once this is over.
    func silence(_ isSilent: Bool) {
        isJournalSilent = isSilent
        waitingForTheJournal.forEach { $0.resume() }
        waitingForTheJournal = []
    }

    func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance {
        begun.append("\(request.order.mode.rawValue) \(request.order.lockIds[0])")
        if isJournalSilent { await withCheckedContinuation { waitingForTheJournal.append($0) } }
        let job = Job(
            id: .random(), encoder: request.encoder, order: request.order, origin: request.origin, externalID: nil,
            createdAt: request.createdAt, expiresAt: request.expiresAt)
        let acceptance = try await journal.accept(job, note: "ordered", reports: [])
        await events.publish(.job(JobDocument(job)))
        return acceptance
    }

    func finished(_ id: JobID, within limit: Duration) async throws(JournalFault) -> Job? {
        guard var job = try await journal.job(id) else { return nil }
        switch manners[job.encoder] ?? .does {
        case .saysNothing:
            try? await Task.sleep(for: limit)
            return try await journal.job(id)
        case .refuses(let fault): (job.state, job.fault) = (.failed, fault)
        case .does, .isSlow:
            if case .isSlow = manners[job.encoder] { await withCheckedContinuation { slow.append($0) } }
            job.state = .done
            job.receipts = [Receipt(copy: 1, serial: "04A1", verified: true, at: job.createdAt)]
        }
        return try await end(job)
    }

    func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation {
        guard var job = try await journal.job(id) else { return .unknownJob }
        (job.state, job.fault) = (.cancelled, Fault(.cancelled))
        return .cancelled(try await end(job))
    }

    private func end(_ job: Job) async throws(JournalFault) -> Job {
        _ = try await journal.record(job, trail: TrailEntry(at: job.createdAt, state: job.state, note: "ended"), reports: [])
        await events.publish(.job(JobDocument(job)))
        return job
    }

    func tell(_ notice: StayNotice, to encoder: EncoderName) async throws(Fault) -> ErrandOutcome {
        told[encoder] = notice
        switch manners[encoder] ?? .does {
        case .does, .isSlow:
            begun.append("\(notice.kind.rawValue) \(notice.keys.room)")
            return ErrandOutcome()
        case .refuses(let fault): throw fault
        case .saysNothing:
            // Nobody cancels what a lock system was told: it ends with the test.
            for await _ in await events.subscribe().events where Task.isCancelled { break }
            throw Fault(.timeout)
        }
    }

    func perform(_ errand: Errand, on encoder: EncoderName) async throws(Fault) -> ErrandOutcome {
        ErrandOutcome(card: CardPresence(.present, uid: "04A1"))
    }

    func job(_ id: JobID) async throws(JournalFault) -> Job? { try await journal.job(id) }
    func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job] {
        try await journal.jobs(filter, limit: limit, before: before)
    }
    func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] { try await journal.trail(of: id) }
    func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange] { [] }
    func frames(of encoder: EncoderName) async -> [LineFrame]? { nil }
    func note(_ text: String, about id: JobID) async { notes[id] = text }
    func learnedTimeZone(_ identifier: String) async {}
    func encoders() async -> [EncoderStatus] { capabilities.keys.sorted().compactMap(encoder) }

    func encoder(_ name: EncoderName) -> EncoderStatus? {
        capabilities[name].map {
            EncoderStatus(
                name: name, state: .ready, driver: "test", kind: .lockMaker, port: PortStatus(match: "tcp \(name)"), capabilities: $0)
        }
    }
}

extension KeyCounter {
    init(_ desk: FakeDesk, patience: Duration = .seconds(20)) {
        self.init(
            desk: desk, origin: FiasConnector.origin, encoders: [:],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), turns: Turns())
        self.patience = patience
    }

    /// Asked now, and nothing before it.
    func cut(_ order: KeyOrder, on encoder: EncoderName) async -> (job: JobID?, outcome: KeyOutcome) {
        await cut(order, on: encoder, arrive(at: encoder, rooms: order.lockIds))
    }

    func tell(_ notice: StayNotice, to encoder: EncoderName) async -> Result<ErrandOutcome, Fault>? {
        await tell(notice, to: encoder, arrive(at: encoder, rooms: [notice.keys.room]))
    }
}
