// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// Takes orders, keeps them, hands them to the encoders one at a time and in order, and tells everyone what became of them.
/// Nothing happens to a card that the journal does not know first.
public actor JobQueue: JobDesk {
    /// One encoder, as the queue sees it.
    struct Desk {
        var status: EncoderStatus
        var waiting: [JobID] = []
        var current: JobID?
        /// The last one that ended, for the desk page.
        var ended: EndedJob?
        var session: (any SessionControl)?
        /// Runs out when orders wait for an encoder that does not come.
        var grace: Task<Void, Never>?
    }

    public nonisolated let events = EventHub()
    let journal: any JobJournal
    let logger: Logger
    /// How long orders wait for an encoder that is not there.
    let grace: Duration
    let time: Timekeeper
    let operatorName: String
    /// The hotel's language: what clerks read.
    var words: Words
    /// The configuration's own time zone, which nothing overrides.
    var configuredZone: TimeZone?
    var learnedZone: TimeZone?
    var desks: [EncoderName: Desk]
    /// Jobs that have not ended, as they are now.
    var live: [JobID: Job] = [:]
    var cancelWishes: Set<JobID> = []
    /// Jobs that someone wanted cancelled when their encoder had the order already, and who.
    var lateCancels: [JobID: String] = [:]
    /// Cards that were cut all the same: rows of `status` until a person has had time to see them.
    var cutAfterCancel: [HealthProblem] = []
    var marks: CardMarks?

    /// - Parameters:
    ///   - encoders: what is configured, as it looks before a port has been seen.
    ///   - timeZone: `property.timeZone` of the configuration.
    public init(
        encoders: [EncoderStatus], journal: any JobJournal, timeZone: TimeZone?, operatorName: String = "BRIDGE",
        words: Words = .english, grace: Duration = Patience.standard.grace, logger: Logger, time: Timekeeper = .system
    ) {
        self.journal = journal
        self.logger = logger
        self.grace = grace
        self.time = time
        self.operatorName = operatorName
        self.words = words
        configuredZone = timeZone
        desks = Dictionary(encoders.map { ($0.name, Desk(status: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: JobDesk

    public func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance {
        var job = Job(
            id: .random(), encoder: request.encoder, order: request.order, origin: request.origin, externalID: request.externalID,
            createdAt: request.createdAt, expiresAt: request.expiresAt)
        var reports = [JobMachine.report(job, .received)].compactMap(\.self)
        if let refusal = refusal(of: request),
            let step = JobMachine.step(job, JobEvent.failed(refusal).worded(for: job, words, .put), at: time.now(), words: words)
        {
            job = step.job
            reports += step.reports
        }
        let acceptance = try await journal.accept(job, note: "ordered by \(request.origin)", reports: reports)
        guard case .accepted(let kept) = acceptance else { return acceptance }
        await announce(kept, reports)
        if !kept.state.isFinal {
            live[kept.id] = kept
            await enqueue(kept)
        }
        return acceptance
    }

    public func job(_ id: JobID) async throws(JournalFault) -> Job? {
        if let job = live[id] { return job }
        return try await journal.job(id)
    }

    public func finished(_ id: JobID, within limit: Duration) async throws(JournalFault) -> Job? {
        let subscription = await events.subscribe()
        guard let job = try await job(id) else { return nil }
        if job.state.isFinal { return job }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await numbered in subscription.events {
                    if case .job(let seen) = numbered.event, seen.id == id, seen.state.isFinal { return }
                }
            }
            group.addTask { [time] in try? await time.sleep(limit) }  // ends early when the group is cancelled
            await group.next()
            group.cancelAll()
        }
        return try await self.job(id)
    }

    public func encoders() -> [EncoderStatus] { desks.keys.sorted().compactMap { encoder($0) } }

    public func encoder(_ name: EncoderName) -> EncoderStatus? {
        guard let desk = desks[name] else { return nil }
        var status = desk.status
        status.currentJob = desk.current
        status.queued = desk.waiting.count
        return status
    }

    public func learnedTimeZone(_ identifier: String) async {
        guard let zone = TimeZoneName.read(identifier) else {
            logger.warning("the PMS names a time zone that this machine does not know: \(identifier)")
            return
        }
        guard zone != learnedZone else { return }
        learnedZone = zone
        do throws(JournalFault) {
            try await journal.setFact("property.timeZone", zone.identifier)
        } catch {
            logger.warning("the property's time zone could not be kept: \(error)")
        }
    }

    // MARK: Wiring

    /// The session that serves an encoder; called once, before jobs are accepted.
    public func attach(_ session: any SessionControl) {
        desks[session.name]?.session = session
    }

    /// How many orders wait or are in hand.
    public var depth: Int { live.count }

    // MARK: Inside

    /// Why this order is refused at the door; `nil` if an encoder may try.
    private func refusal(of request: JobRequest) -> Fault? {
        if let refusal = request.refusal { return refusal }
        if desks[request.encoder] == nil {
            return Fault(.rejected(reason: "no encoder is called \(request.encoder); the bridge knows \(knownNames)"), cause: .noEncoder)
        }
        if let objection = request.order.objection() { return Fault(.rejected(reason: objection)) }
        if let expiry = request.expiresAt, expiry <= time.now() { return Fault(.expired) }
        return nil
    }

    private var knownNames: String {
        desks.isEmpty ? "none" : desks.keys.sorted().map(\.text).joined(separator: ", ")
    }

    /// Puts a job at the end of its encoder's line.
    func enqueue(_ job: Job) async {
        desks[job.encoder]?.waiting.append(job.id)
        watchGrace(job.encoder)
        await desks[job.encoder]?.session?.nudge()
    }

    func announce(_ job: Job, _ reports: [Report]) async {
        await events.publish(.job(JobDocument(job)))
        for origin in Set(reports.map(\.origin)) { await events.publish(.reportWaiting(origin)) }
        logger.info("job \(job.state.rawValue)", metadata: ["job": "\(job.id)", "encoder": "\(job.encoder)", "origin": "\(job.origin)"])
    }
}
