// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Whether the bridge is well, as a value made from facts: what `status`, its exit status, `GET /v1/status` and the log all say.
public struct Health: Sendable, Codable, Hashable {
    /// Trouble first, then by area, then by subject.
    public var problems: [HealthProblem]

    public init(problems: [HealthProblem]) {
        let areas = HealthProblem.Area.allCases
        func rank(_ problem: HealthProblem) -> (Int, Int, String) {
            (problem.weight == .trouble ? 0 : 1, areas.firstIndex(of: problem.area) ?? areas.count, problem.subject)
        }
        // Two parts may know of the same trouble: it is told once.
        var known: Set<String> = []
        self.problems = problems.filter { known.insert($0.identity + $0.sentence).inserted }.sorted { rank($0) < rank($1) }
    }

    /// No clerk will meet trouble.
    public var isWell: Bool { !problems.contains { $0.weight == .trouble } }
}

/// What is known of the bridge at one moment: the facts that ``Health`` is made from.
public struct HealthFacts: Sendable {
    /// What the parts say of themselves (``HealthReporting``), and what is wrong in the configuration.
    public var reported: [HealthProblem]
    public var encoders: [EncoderStatus]
    public var connectors: [ConnectorStatus]
    /// Reports that no connector has delivered.
    public var undeliveredReports: Int
    /// When the oldest of the orders that wait was made.
    public var oldestWaiting: Date?
    public var now: Date

    public init(
        reported: [HealthProblem] = [], encoders: [EncoderStatus] = [], connectors: [ConnectorStatus] = [], undeliveredReports: Int = 0,
        oldestWaiting: Date? = nil, now: Date
    ) {
        self.reported = reported
        self.encoders = encoders
        self.connectors = connectors
        self.undeliveredReports = undeliveredReports
        self.oldestWaiting = oldestWaiting
        self.now = now
    }
}
