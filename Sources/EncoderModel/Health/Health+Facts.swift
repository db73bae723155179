// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Health {
    /// More reports than a busy desk makes in the time in which the PMS takes them.
    static let manyReports = 20
    /// Beyond this, dates on cards and the age of orders are in doubt: a key's end is given in minutes.
    static let clockTolerance: TimeInterval = 120

    /// What the facts say, each as one row.
    public init(_ facts: HealthFacts) {
        var problems = facts.reported
        problems += facts.encoders.flatMap { Self.problems(of: $0) }
        problems += facts.connectors.flatMap { Self.problems(of: $0) }
        if facts.undeliveredReports >= Self.manyReports {
            problems.append(
                HealthProblem(
                    .reports,
                    "\(facts.undeliveredReports) reports have not reached the PMS: clerks see these keys as pending; look at the connector's row"
                ))
        }
        self.init(problems: problems)
    }

    private static func problems(of encoder: EncoderStatus) -> [HealthProblem] {
        let last = encoder.lastFault
        func row(_ sentence: String) -> HealthProblem {
            HealthProblem(.encoder, subject: encoder.name.text, since: last?.at, sentence)
        }
        switch encoder.state {
        case .absent:
            return [row("not there: looking for \(encoder.port.match); `encoder-bridge probe` lists what is")]
        case .faulted:
            return [row(last.map { told($0.fault) } ?? "cannot be used")]
        case .opening:
            return [row(last.map { "is being opened; before, \(told($0.fault))" } ?? "is being opened: not ready yet")]
        case .ready, .busy:
            return []
        }
    }

    private static func problems(of connector: ConnectorStatus) -> [HealthProblem] {
        var problems = connector.problems ?? []
        func row(_ area: HealthProblem.Area, since: Date? = nil, _ sentence: String) {
            problems.append(HealthProblem(area, subject: connector.name, since: since, sentence))
        }
        switch connector.state {
        case .stopped: row(.connector, since: connector.since, connector.reason ?? "has stopped: look at the log")
        case .connecting:
            row(.connector, since: connector.since, "not connected" + (connector.lastProblem.map { ": \($0)" } ?? ""))
        case .connected: break
        }
        if let skew = connector.clockSkew, abs(skew) > clockTolerance, !problems.contains(where: { $0.area == .clock }) {
            let way = skew > 0 ? "slow" : "fast"
            row(
                .clock,
                "this machine's clock is \(Self.span(abs(skew))) \(way) by the PMS' clock: set it (`timedatectl set-ntp true`), keys may be dated wrongly"
            )
        }
        return problems
    }

    /// `offline (no answer): No port or no answer on the line: ...`
    private static func told(_ fault: Fault) -> String {
        "\(fault.kind.code)\(fault.detail.map { " (\($0))" } ?? ""). \(fault.kind.technicianAdvice)"
    }

    /// `4 min`, `3 h`, `2 days`.
    static func span(_ seconds: TimeInterval) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "years" }
        return switch seconds {
        case ..<90: "\(Int(seconds)) s"
        case ..<5400: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}
