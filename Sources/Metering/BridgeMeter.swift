// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import CoreMetrics
import EncoderModel

/// Counts what happens, and shows how things stand, as metrics. Listens like every other listener: nothing in the core knows of it.
public actor BridgeMeter {
    private let registry: PrometheusRegistry
    private var phases = JobPhases<ContinuousClock.Instant>()
    private var isUp: [EncoderName: Bool] = [:]
    private var lineErrors: [EncoderName: Int] = [:]

    /// - Parameters:
    ///   - version: of the program, for `build_info`.
    ///   - encoders: whose counters are there from the start.
    public init(version: String, encoders: [EncoderName]) {
        let registry = PrometheusRegistry(help: MetricName.help)
        self.registry = registry
        Meter(label: MetricName.build.rawValue, dimensions: [("version", version)], factory: registry).set(1)
        for encoder in encoders {
            _ = Counter(label: MetricName.returns.rawValue, dimensions: [("encoder", encoder.text)], factory: registry)
            _ = Counter(label: MetricName.lineErrors.rawValue, dimensions: [("encoder", encoder.text)], factory: registry)
            // A series that begins with its first count has no increase: an alert would miss the first key, or the first failure.
            let ends = [(JobState.done, "")] + FaultKind.examples.map { (.failed, $0.code) }
            for (state, fault) in ends {
                _ = Counter(
                    label: MetricName.jobs.rawValue,
                    dimensions: [("encoder", encoder.text), ("outcome", state.rawValue), ("fault", fault)],
                    factory: registry)
            }
        }
    }

    /// Listens until the task is cancelled.
    public func run(_ hub: EventHub) async {
        while !Task.isCancelled {
            // A listener that fell behind is cut off by the hub: counting goes on with what comes.
            for await numbered in await hub.subscribe().events { heard(numbered.event) }
        }
    }

    func heard(_ event: BridgeEvent, at now: ContinuousClock.Instant = .now) {
        switch event {
        case .job(let job):
            let encoder = ("encoder", job.encoder.text)
            let word = phases.heard(job.state, of: job.id, at: now)
            if let passed = word.passed {
                Timer(label: MetricName.phase.rawValue, dimensions: [encoder, ("phase", passed.state.rawValue)], factory: registry)
                    .recordNanoseconds(passed.took.nanoseconds)
            }
            if word.hasEnded {
                let fault = job.fault?.kind.code ?? ""
                Counter(
                    label: MetricName.jobs.rawValue, dimensions: [encoder, ("outcome", job.state.rawValue), ("fault", fault)],
                    factory: registry
                ).increment()
            }
        case .encoder(let status):
            let up = status.state == .ready || status.state == .busy
            if up, isUp[status.name] == false {
                Counter(label: MetricName.returns.rawValue, dimensions: [("encoder", status.name.text)], factory: registry).increment()
            }
            // Not yet seen is no absence: the first `ready` after the start is no return.
            if up || isUp[status.name] != nil { isUp[status.name] = up }
        case .card, .notice, .testStep, .access, .reportWaiting: break
        }
    }

    /// The page of `GET /metrics`: what was counted, and how things stand at this moment.
    /// - Parameters:
    ///   - outboxAge: of the oldest order of which a report waits.
    ///   - longestCommit: of the journal, since the last page.
    ///   - access: door codes, where there are any.
    ///   - wear: how the keys of the last seven days came out.
    ///   - lineErrors: how often something that was no frame came over each line, since its session began.
    public func page(
        encoders: [EncoderStatus], connectors: [ConnectorStatus], unfinishedJobs: Int, undeliveredReports: Int,
        outboxAge: Double = 0, longestCommit: Duration = .zero, access: AccessStatus? = nil, wear: EncoderWear = .none,
        lineErrors: [EncoderName: Int] = [:]
    ) -> String {
        for encoder in encoders {
            let name = ("encoder", encoder.name.text)
            set(.encoderUp, encoder.state == .ready || encoder.state == .busy ? 1 : 0, name, ("driver", encoder.driver))
            set(.encoderQueue, Double(encoder.queued), name)
            set(.weekKeys, Double(wear.encoders[encoder.name]?.keys ?? 0), name)
            set(.weekSecondTries, Double(wear.encoders[encoder.name]?.secondTries ?? 0), name)
        }
        count(lineErrors)
        for connector in connectors {
            let name = ("connector", connector.name)
            set(.connectorUp, connector.state == .connected ? 1 : 0, name)
            set(.problems, Double(connector.problems?.count ?? 0), name)
            if let skew = connector.clockSkew { set(.clockSkew, skew, name) }
        }
        if let access { set(access) }
        set(.unfinished, Double(unfinishedJobs))
        set(.outbox, Double(undeliveredReports))
        set(.outboxAge, max(0, outboxAge))
        set(.commit, longestCommit / .seconds(1))
        return registry.text()
    }

    /// A session that began anew counts from nought; the metric goes on.
    private func count(_ errors: [EncoderName: Int]) {
        for (encoder, sum) in errors {
            let before = lineErrors[encoder] ?? 0
            let more = sum >= before ? sum - before : sum
            lineErrors[encoder] = sum
            guard more > 0 else { continue }
            Counter(label: MetricName.lineErrors.rawValue, dimensions: [("encoder", encoder.text)], factory: registry).increment(
                by: Int64(more))
        }
    }

    private func set(_ access: AccessStatus) {
        let figures = access.figures
        // All states, so that none keeps its last number when its last grant has left it.
        for state in ["unset", "setting", "set", "removing", "failed", "overdue"] {
            set(.grants, Double(figures.grants[state] ?? 0), ("state", state))
        }
        set(.withoutCode, Double(figures.withoutCode))
        for lock in access.locks {
            let name = ("lock", lock.name)
            set(.lockUp, lock.isOnline ? 1 : 0, name)
            set(.backupCodes, Double(lock.backupCodes), name)
            if let battery = lock.battery { set(.battery, Double(battery), name) }
        }
    }

    private func set(_ metric: MetricName, _ value: Double, _ dimensions: (String, String)...) {
        Meter(label: metric.rawValue, dimensions: dimensions, factory: registry).set(value)
    }
}

extension Duration {
    /// Whole nanoseconds; what is longer than 292 years is 292 years.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ attoseconds / 1_000_000_000
    }
}
