// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// Takes orders, keeps them, hands them to the encoders one at a time and in order, and tells everyone what became of them.
/// Nothing happens to a card that the journal does not know first.
public actor JobQueue: JobDesk {
    /// How long an order may wait before it begins, where whoever gave it set no limit: after that nobody stands before the encoder, and
    /// the next card that is put there would get an old guest's key.
    public static let orderLife: Duration = .seconds(300)

    /// More orders than this do not wait for one encoder: it could not cut them within their lives, and memory must have an end.
    static let mostWaiting = 5000

    /// One encoder, as the queue sees it.
    struct Desk {
        var status: EncoderStatus
        var waiting = WaitingLine()
        var current: JobID?
        /// Its place in the line, for the case that it cannot be begun after all.
        var taken: WaitingLine.Entry?
        /// The last one that ended, for the desk page.
        var ended: EndedJob?
        /// The last fault as a clerk was told it, with its deed and room.
        var said: Fault?
        var session: (any SessionControl)?
        /// Runs out when orders wait for an encoder that does not come.
        var grace: Task<Void, Never>?

        var isReachable: Bool { status.state == .ready || status.state == .busy }
    }

    public nonisolated let events = EventHub()
    let journal: any JobJournal
    let logger: Logger
    /// How long orders wait for an encoder that is not there.
    let grace: Duration
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
    /// Jobs that have left their line to be ended, and whose end is not kept yet.
    var ending: Set<JobID> = []
    /// Keys that someone wanted cancelled when their encoder had the order already, and the cards that were cut all the same.
    var late = LateCancels()
    /// What the ends in hand say of that.
    var lateSaid: [JobID: String] = [:]
    /// The last change of ``late`` that is being kept: each waits for the one before.
    var lateKeeping: Task<Void, Never>?
    var marks: CardMarks?
    /// The key behind ``marks`` is looked for: once for everyone who asks meanwhile.
    var marksSearch: Task<CardMarks?, Never>?
    let time: Timekeeper
    let life: Duration
    private var lastTicket: UInt64 = 0
    /// What has happened and the journal could not keep yet.
    var unkept = UnkeptSteps()
    /// Jobs that were not let on because the journal could not keep it.
    var heldUp: Set<JobID> = []
    /// Ends when the journal keeps again; nothing is begun as long as it is there.
    var recovering: Task<Void, Never>?
    /// Runs out when the next waiting order gets too old.
    var lifeWatch: (until: Duration, task: Task<Void, Never>)?

    /// - Parameters:
    ///   - encoders: what is configured, as it looks before a port has been seen.
    ///   - timeZone: `property.timeZone` of the configuration.
    ///   - life: how long an order may wait that brings no limit of its own.
    public init(
        encoders: [EncoderStatus], journal: any JobJournal, timeZone: TimeZone?, operatorName: String = "BRIDGE",
        words: Words = .english, grace: Duration = Patience.standard.grace, life: Duration = JobQueue.orderLife, logger: Logger,
        time: Timekeeper = .system
    ) {
        self.life = life
        self.time = time
        self.journal = journal
        self.logger = logger
        self.grace = grace
        self.operatorName = operatorName
        self.words = words
        configuredZone = timeZone
        desks = Dictionary(encoders.map { ($0.name, Desk(status: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: JobDesk

    public func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance {
        let now = time.now()
        let life = request.life ?? request.expiresAt.map { .seconds($0.timeIntervalSince(now)) } ?? life
        var job = Job(
            id: .random(), encoder: request.encoder, order: request.order, origin: request.origin, externalID: request.externalID,
            createdAt: request.createdAt, expiresAt: request.expiresAt ?? now + life.seconds)
        var reports = [JobMachine.report(job, .received)].compactMap(\.self)
        if let refusal = refusal(of: request, life),
            let step = JobMachine.step(job, JobEvent.failed(refusal).worded(for: job, words, .put), at: now, words: words)
        {
            job = step.job
            reports += step.reports
        }
        let entry = entry(for: job, asker: request.asker, life: life)
        let acceptance = try await journal.accept(job, note: "ordered by \(request.origin)", reports: reports)
        guard case .accepted(let kept) = acceptance else { return acceptance }
        guard !kept.state.isFinal else {
            await announce(kept, reports)
            return acceptance
        }
        live[kept.id] = kept
        // A reload may have taken the encoder away while the journal wrote.
        let isStranded = desks[kept.encoder] == nil
        if isStranded { ending.insert(kept.id) }
        // Nothing may come between the journal's answer and this, or orders of one commit change places.
        desks[kept.encoder]?.waiting.add(entry)
        await announce(kept, reports)
        if isStranded { await end([kept.id], gone(kept.encoder)) } else { await look(kept.encoder) }
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
            try await journal.setFact(.timeZone, zone.identifier)
        } catch {
            logger.warning("the property's time zone could not be kept: \(error)")
        }
    }

    public func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job] {
        // What is going on is known better here: the prompt is not in the journal.
        try await journal.jobs(filter, limit: limit, before: before).map { live[$0.id] ?? $0 }
    }

    public func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] { try await journal.trail(of: id) }

    public func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange] {
        try await journal.changes(after: place, limit: limit)
    }

    /// How many orders wait or are in hand.
    public var depth: Int { live.count }

    // MARK: Inside

    /// Why this order is refused at the door; `nil` if an encoder may try.
    private func refusal(of request: JobRequest, _ life: Duration) -> Fault? {
        if let refusal = request.refusal { return refusal }
        if desks[request.encoder] == nil {
            return Fault(.rejected(reason: "no encoder is called \(request.encoder); the bridge knows \(knownNames)"), cause: .noEncoder)
        }
        if let objection = request.order.objection() { return objection.fault }
        // Mews' clock counts for Mews' orders and for cards of check-ins: who makes them knows by how much ours is wrong, and has judged.
        if request.origin != .mews, request.origin != .access, request.order.validUntil <= time.now() {
            return Fault(.rejected(reason: "the stay is over, a key for it would open nothing: check its dates"), cause: .stayIsOver)
        }
        if life <= .zero { return Fault(.expired) }
        if let line = desks[request.encoder]?.waiting, line.count >= Self.mostWaiting {
            return Fault(.busy, detail: "\(line.count) orders wait for it")
        }
        return nil
    }

    private var knownNames: String {
        desks.isEmpty ? "none" : desks.keys.sorted().map(\.text).joined(separator: ", ")
    }

    /// A place at the end of the line.
    func entry(for job: Job, asker: String, life: Duration?) -> WaitingLine.Entry {
        lastTicket += 1
        let now = time.uptime()
        return WaitingLine.Entry(
            id: job.id, ticket: lastTicket, asker: asker, reservation: job.order.reservationNumber,
            room: job.order.lockIds.first, arrived: now, deadline: life.map { now + $0 })
    }

    /// Something waits at an encoder that did not before.
    func look(_ name: EncoderName) async {
        watchGrace(name)
        watchLives()
        await desks[name]?.session?.nudge()
    }

    /// - Parameter place: where the journal has what happened.
    func announce(_ job: Job, _ reports: [Report], place: Int64? = nil) async {
        await events.publish(.job(JobDocument(job)), place: place)
        for origin in Set(reports.map(\.origin)) { await events.publish(.reportWaiting(origin)) }
        logger.info("job \(job.state.rawValue)", metadata: ["job": "\(job.id)", "encoder": "\(job.encoder)", "origin": "\(job.origin)"])
    }
}

extension Duration {
    /// Whole and part seconds, for adding to dates.
    var seconds: TimeInterval { TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18 }
}
