// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation

/// A desk without encoders behind it: keeps jobs in memory and ends them as the test says.
actor FakeDesk: JobDesk {
    /// How a job that somebody waits for ends.
    enum Ending: Sendable {
        case never
        case done
        case failed(Fault)
        case cancelled
        case expired
    }

    nonisolated let events = EventHub()
    private var ending: Ending
    private var broken: JournalFault?
    private var jobs: [JobID: Job] = [:]
    private var keys: [String: JobID] = [:]
    private var order: [JobID] = []
    private var past: [JobChange] = []
    private(set) var requests: [JobRequest] = []
    private(set) var cancelledBy: [String] = []
    private(set) var waiting = 0
    private var statuses: [EncoderStatus] = [
        EncoderStatus(
            name: "front-desk", state: .ready, driver: "industry-standard", kind: .lockMaker,
            port: PortStatus(match: "serial A50285BI", address: "/dev/ttyUSB0", strength: .strong),
            identity: EncoderIdentity(model: "Online Encoder", firmware: "2.1"), capabilities: [.copies]),
        EncoderStatus(
            name: "bar/2", state: .absent, driver: "pn532", kind: .raw, port: PortStatus(match: "path x"),
            capabilities: [.presence, .serial]),
        EncoderStatus(
            name: "lab", state: .ready, driver: "pn532", kind: .raw, port: PortStatus(match: "path y"),
            capabilities: [.presence, .serial, .read, .erase]),
    ]

    init(ending: Ending = .never, broken: JournalFault? = nil) {
        self.ending = ending
        self.broken = broken
    }

    /// Errands that were asked for, and what they answer.
    private(set) var errands: [Errand] = []
    private var errandResult: Result<ErrandOutcome, Fault> = .success(ErrandOutcome())

    /// What the next errands answer, before that.
    private var errandOutcomes: [ErrandOutcome] = []

    func answerNext(_ outcomes: [ErrandOutcome]) { errandOutcomes = outcomes }
    func answerErrands(_ result: Result<ErrandOutcome, Fault>) { errandResult = result }

    func perform(_ errand: Errand, on encoder: EncoderName) throws(Fault) -> ErrandOutcome {
        errands.append(errand)
        if !errandOutcomes.isEmpty { return errandOutcomes.removeFirst() }
        return try errandResult.get()
    }

    /// What the lock systems were told.
    private(set) var notices: [StayNotice] = []

    func tell(_ notice: StayNotice, to encoder: EncoderName) throws(Fault) -> ErrandOutcome {
        notices.append(notice)
        return try errandResult.get()
    }

    func jobs(_ filter: JobFilter, limit: Int, before: JobID?) throws(JournalFault) -> [Job] {
        if let broken { throw broken }
        let newest = order.reversed().compactMap { jobs[$0] }
        let rest = before.map { id in newest.drop { $0.id != id }.dropFirst() } ?? newest[...]
        return Array(rest.filter { filter.wants($0, accepted: $0.createdAt) }.prefix(limit))
    }

    func trail(of id: JobID) throws(JournalFault) -> [TrailEntry] {
        jobs[id].map { [TrailEntry(at: $0.createdAt, state: .queued, note: "ordered by local")] } ?? []
    }

    /// What happened before this run, for clients that come back.
    func happened(_ changes: [JobChange]) { past = changes }
    func changes(after place: Int64, limit: Int) throws(JournalFault) -> [JobChange] {
        Array(past.filter { $0.place > place }.prefix(limit))
    }

    /// What a disk that does not answer keeps waiting; `nil`: it answers.
    private var silence: [CheckedContinuation<Void, Never>]?

    func beSilent() { silence = [] }

    func answer() {
        for waits in silence ?? [] { waits.resume() }
        silence = nil
    }

    private func disk() async { if silence != nil { await withCheckedContinuation { silence?.append($0) } } }

    func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance {
        await disk()
        if let broken { throw broken }
        requests.append(request)
        if let key = request.externalID, let id = keys[key], let job = jobs[id] { return .known(job) }
        let job = Job(
            id: .random(), encoder: request.encoder, order: request.order, origin: request.origin, externalID: request.externalID,
            createdAt: Date(timeIntervalSince1970: 1_795_258_800))
        jobs[job.id] = job
        order.append(job.id)
        if let key = request.externalID { keys[key] = job.id }
        return .accepted(job)
    }

    func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation {
        await disk()
        if let broken { throw broken }
        guard var job = jobs[id] else { return .unknownJob }
        if job.state.isFinal { return .alreadyEnded(job) }
        if job.state.mayHaveWritten { return .tooLate(job) }
        cancelledBy.append(whom)
        job.state = .cancelled
        jobs[id] = job
        return .cancelled(job)
    }

    func job(_ id: JobID) throws(JournalFault) -> Job? {
        if let broken { throw broken }
        return jobs[id]
    }

    func finished(_ id: JobID, within limit: Duration) async throws(JournalFault) -> Job? {
        guard var job = jobs[id] else { return nil }
        switch ending {
        case .never:
            waiting += 1
            // Ends early when the waiting task is cancelled, as the real desk does.
            try? await Task.sleep(for: limit)
            waiting -= 1
            return jobs[id]
        case .done:
            job.state = .done
            job.receipts = [Receipt(copy: 1, serial: "04A1B2C3", verified: true, at: Date(timeIntervalSince1970: 1_795_258_803.25))]
        case .failed(let fault):
            job.state = .failed
            job.fault = fault
        case .cancelled: job.state = .cancelled
        case .expired: job.state = .expired
        }
        job.order = job.order.scrubbed()
        jobs[id] = job
        return job
    }

    func note(_ text: String, about id: JobID) async {}
    private var lineFrames: [LineFrame] = []
    func went(_ frames: [LineFrame]) { lineFrames = frames }
    func frames(of name: EncoderName) -> [LineFrame]? { encoder(name) == nil ? nil : lineFrames }
    func encoders() -> [EncoderStatus] { statuses }
    func encoder(_ name: EncoderName) -> EncoderStatus? { statuses.first { $0.name == name } }
    func learnedTimeZone(_ identifier: String) {}

    func setState(_ state: JobState, of id: JobID) { jobs[id]?.state = state }
    var jobCount: Int { jobs.count }
}
