// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The reports on their way out, by command: which goes next, which are overtaken, and whose trouble is whose. No I/O.
///
/// The reports of one command go in order. Of several that wait only the last is sent, because Mews takes a later state without those
/// before it. Between commands an ending goes before news of the way, and the newest ending first: somebody stands at the desk and waits
/// for that one, while nobody waits any more for one that was kept for an hour. A command whose report fails, or that cannot be read, waits
/// by itself; only when several fail in a row does everything wait.
struct OutgoingReports: Sendable {
    /// One command's reports.
    struct Lane: Sendable, Hashable {
        fileprivate(set) var reports: [Report]
        /// When the first of those that are here was taken up.
        fileprivate(set) var since: Duration
        fileprivate var heldUntil: Duration = .zero
        fileprivate var isDemanded = false
        fileprivate(set) var delivery: Delivery?
        /// The run before may have sent it.
        fileprivate(set) var isInDoubt: Bool
        /// An earlier run left it.
        fileprivate let wasLeft: Bool
        /// Times in a row that it could not be read although it was asked for alone.
        fileprivate var failedReadings = 0
        /// Every state is told, none left out: Mews wanted it so.
        fileprivate(set) var isStepByStep = false

        /// The report that is to be sent: the last, or the first where every step is wanted.
        var target: Report { isStepByStep ? reports[0] : reports[reports.count - 1] }
        var endsWithFinal: Bool { reports[reports.count - 1].kind.isFinal }
    }

    enum Next: Sendable, Hashable {
        case nothing
        /// Nothing may go out before this time.
        case wait(until: Duration)
        /// This command's report.
        case deliver(String)
        /// These commands are read first: the run before may have told Mews already.
        case readBack([String])
    }

    /// Commands that are read in one request.
    static let largestBatch = 100
    /// Failures of different commands in a row after which it is not the commands' fault.
    static let enough = 2

    private(set) var lanes: [String: Lane] = [:]
    /// The last report of the journal that was taken up.
    private(set) var lastSequence: Int64 = 0
    private var heldUntil: Duration = .zero
    private var isHeldByDemand = false
    private var failures = 0
    private var lastFailed: String?
    private var batch = OutgoingReports.largestBatch
    /// Batches in a row that could not be read.
    private var failedBatches = 0
    /// No batch is read before this time; what is known goes out.
    private var readingHeldUntil: Duration = .zero
    private var readingIsHeldByDemand = false
    /// The progress that was told last, of commands that have not ended.
    private var told: [String: Double] = [:]
    /// How Mews has closed commands that we have not.
    private var closed: [String: CommandState] = [:]
    let backoff: JitteredBackoff
    /// The form of 2015 cannot read commands by their ids.
    var canReadBack = true

    init(backoff: JitteredBackoff) { self.backoff = backoff }

    var count: Int { lanes.values.reduce(0) { $0 + $1.reports.count } }
    /// When the oldest that waits was taken up.
    var oldest: Duration? { lanes.values.map(\.since).min() }

    // MARK: In

    /// Takes up what the journal holds, in its order.
    /// - Parameter inDoubt: they were left by an earlier run.
    mutating func add(_ reports: [Report], inDoubt: Bool, at now: Duration) {
        for report in reports where report.sequence > lastSequence {
            lastSequence = report.sequence
            if var lane = lanes[report.externalID] {
                lane.reports.append(report)
                // What was tried before is overtaken. What is known of the command stays known.
                if !lane.isStepByStep { lane.delivery = nil }
                if report.kind.isFinal, !lane.isDemanded { lane.heldUntil = .zero }
                lanes[report.externalID] = lane
            } else {
                lanes[report.externalID] = Lane(reports: [report], since: now, isInDoubt: inDoubt && canReadBack, wasLeft: inDoubt)
            }
        }
    }

    /// Mews says how a command ended that we had not ended: there is nothing left to tell it.
    mutating func learn(_ id: String, _ state: CommandState) {
        guard state.isFinal else { return }
        closed[id] = state
        if closed.count > 1000 { closed = [id: state] }
    }

    // MARK: Next

    func next(at now: Duration) -> Next {
        guard !lanes.isEmpty else { return .nothing }
        if heldUntil > now { return .wait(until: heldUntil) }
        var best: (id: String, lane: Lane)?
        var soonest: Duration?
        for (id, lane) in lanes {
            let held = heldUntil(lane)
            if held > now {
                soonest = min(soonest ?? held, held)
            } else if best.map({ Self.goes(lane, before: $0.lane) }) ?? true {
                best = (id, lane)
            }
        }
        guard let best else { return soonest.map { .wait(until: $0) } ?? .nothing }
        guard best.lane.isInDoubt else { return .deliver(best.id) }
        // One that failed alone would fail all others with it.
        guard best.lane.failedReadings == 0 else { return .readBack([best.id]) }
        let others = lanes.filter {
            $0.key != best.id && $0.value.isInDoubt && $0.value.failedReadings == 0 && heldUntil($0.value) <= now
        }
        .sorted { Self.goes($0.value, before: $1.value) }
        return .readBack([best.id] + others.prefix(batch - 1).map(\.key))
    }

    private func heldUntil(_ lane: Lane) -> Duration { lane.isInDoubt ? max(lane.heldUntil, readingHeldUntil) : lane.heldUntil }

    private static func goes(_ one: Lane, before other: Lane) -> Bool {
        switch (one.endsWithFinal, other.endsWithFinal) {
        case (true, true): one.reports[one.reports.count - 1].sequence > other.reports[other.reports.count - 1].sequence
        case (false, false): one.reports[0].sequence < other.reports[0].sequence
        case (let mine, _): mine
        }
    }

    /// The delivery of a command's report as it stands; `nil` if nothing waits.
    mutating func delivery(of id: String) -> (report: Report, delivery: Delivery)? {
        guard let lane = lanes[id] else { return nil }
        var delivery = lane.delivery ?? Delivery(inDoubt: false, backoff: backoff, canReadBack: canReadBack)
        if let theirs = closed[id], lane.delivery == nil {
            _ = delivery.read(.success(theirs), for: CommandUpdate(lane.target).state, random: 0)
        }
        let progress = CommandUpdate(lane.target).progress
        if lane.target.kind == .processing, progress != nil, told[id] == progress, lane.delivery == nil {
            // The same again: an encoder that was busy, or a card that is finished and the next one that begins.
            _ = delivery.read(.success(.processing), for: .processing, random: 0)
        }
        lanes[id]?.delivery = delivery
        return (lane.target, delivery)
    }

    /// Whether states before the one that is sent were left out.
    func hasSteps(_ id: String) -> Bool { lanes[id].map { !$0.isStepByStep && $0.reports.count > 1 } ?? false }

    /// Whether somebody waits for this ending now. Nobody does for one that is a minute old, and for an order that was refused at the door
    /// (taken and failed in one step) hardly anybody: after an outage there are hundreds of them.
    func isUrgent(_ id: String, at now: Duration) -> Bool {
        guard let lane = lanes[id], lane.endsWithFinal, !lane.wasLeft, now - lane.since < .seconds(60) else { return false }
        return lane.reports.map(\.kind) != [.received, .failed]
    }

    // MARK: What came of it

    /// - Returns: true if the next step can be taken at once.
    mutating func came(_ outcome: Delivery.Outcome, _ delivery: Delivery, of id: String, _ problem: MewsProblem?, at now: Duration) -> Bool
    {
        guard var lane = lanes[id] else { return true }
        lane.delivery = delivery
        if delivery.step == .stepByStep {
            lane.isStepByStep = true
            lane.delivery = nil
        }
        defer { lanes[id] = lane }
        switch outcome {
        case .goOn:
            if problem == nil { succeeded() }
            return true
        case .unauthorised:
            return false
        case .wait(let pause, let demanded):
            lane.heldUntil = now + pause
            lane.isDemanded = demanded
            guard let problem else { return true }
            if !problem.mayBeOfOneRequest {
                hold(until: now + pause, demanded: demanded)
                return true
            }
            failedAlone(id, at: now)
            return true
        }
    }

    private mutating func failedAlone(_ id: String, at now: Duration) {
        if lastFailed != id { failures += 1 }
        lastFailed = id
        if failures >= Self.enough { hold(until: now + backoff.wait(failures - Self.enough + 1, random: 0.5), demanded: false) }
    }

    /// The commands of a batch have been read; those that are missing in it are not known to Mews.
    mutating func readBack(_ ids: [String], _ found: [String: CommandState]) {
        for id in ids {
            guard var lane = lanes[id] else { continue }
            lane.isInDoubt = false
            lane.failedReadings = 0
            var delivery = Delivery(inDoubt: false, backoff: backoff, canReadBack: canReadBack)
            _ = delivery.read(.success(found[id]), for: CommandUpdate(lane.target).state, random: 0)
            lane.delivery = delivery
            lanes[id] = lane
        }
        batch = Self.largestBatch
        succeeded()
    }

    /// A batch could not be read. Where that may be one command's trouble, fewer are asked for until that one stands alone.
    mutating func readBackFailed(_ ids: [String], _ problem: MewsProblem, at now: Duration, random: Double) {
        func pause(_ attempt: Int) -> Duration { max(problem.wait ?? .zero, backoff.wait(attempt, random: random)) }
        if problem.mayBeOfOneRequest, ids.count == 1, var lane = lanes[ids[0]] {
            lane.failedReadings += 1
            lane.heldUntil = now + pause(lane.failedReadings)
            lane.isDemanded = problem.wait != nil
            // Mews does not say of it what it knows: it is told once more.
            if case .refused = problem.kind { lane.isInDoubt = false }
            lanes[ids[0]] = lane
            failedAlone(ids[0], at: now)
            return
        }
        failedBatches += 1
        guard problem.mayBeOfOneRequest else {
            hold(until: now + pause(failedBatches), demanded: problem.wait != nil)
            return
        }
        batch = max(1, ids.count / 2)
        readingHeldUntil = now + pause(failedBatches)
        readingIsHeldByDemand = problem.wait != nil
    }

    /// The report is out of the way. Gives those before it, which it has overtaken.
    mutating func finished(_ report: Report, wasTaken: Bool) -> [Report] {
        guard var lane = lanes[report.externalID] else { return [] }
        let overtaken = lane.reports.filter { $0.sequence < report.sequence }
        lane.reports.removeAll { $0.sequence <= report.sequence }
        lane.delivery = nil
        lane.isDemanded = false
        lane.heldUntil = .zero
        lanes[report.externalID] = lane.reports.isEmpty ? nil : lane
        if report.kind.isFinal {
            told[report.externalID] = nil
            closed[report.externalID] = nil
        } else if report.kind == .processing, wasTaken {
            told[report.externalID] = CommandUpdate(report).progress
        }
        return overtaken
    }

    /// Nothing goes out before that time.
    mutating func hold(until time: Duration, demanded: Bool) {
        heldUntil = max(heldUntil, time)
        isHeldByDemand = demanded
    }

    /// Mews answers again: what waited only because it did not need not wait longer.
    mutating func release() {
        guard !isHeldByDemand else { return }
        heldUntil = .zero
        if !readingIsHeldByDemand { readingHeldUntil = .zero }
        for id in lanes.keys where lanes[id]?.isDemanded == false { lanes[id]?.heldUntil = .zero }
    }

    private mutating func succeeded() {
        failures = 0
        failedBatches = 0
        lastFailed = nil
    }
}
