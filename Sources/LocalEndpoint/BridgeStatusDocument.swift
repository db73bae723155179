// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What `GET /v1/status` answers and `encoder-bridge status --json` prints: the whole bridge on one page.
public struct BridgeStatusDocument: Sendable, Codable, Hashable {
    /// Whether no clerk will meet trouble: the exit status of `status`.
    public var isWell: Bool
    /// What is wrong, one each, trouble first.
    public var problems: [HealthProblem]
    public var encoders: [EncoderStatus]
    public var connectors: [ConnectorStatus]
    public var queue: QueueStatus
    /// Door codes in numbers; `nil` where there are none.
    public var access: AccessFigures?

    public init(
        encoders: [EncoderStatus], connectors: [ConnectorStatus], queue: QueueStatus, access: AccessFigures? = nil, health: Health? = nil,
        now: Date = Date()
    ) {
        let health =
            health
            ?? Health(HealthFacts(encoders: encoders, connectors: connectors, undeliveredReports: queue.undeliveredReports, now: now))
        isWell = health.isWell
        problems = health.problems
        self.encoders = encoders
        self.connectors = connectors
        self.queue = queue
        self.access = access
    }
}

/// What waits.
public struct QueueStatus: Sendable, Codable, Hashable {
    /// Jobs that have not ended, on all encoders.
    public var unfinishedJobs: Int
    /// Reports that the PMS has not taken yet.
    public var undeliveredReports: Int
    /// The jobs that have not ended, by encoder, in the order in which they are done.
    public var waiting: [WaitingJob]
    /// The last job of each encoder that ended in this run of the bridge.
    public var ended: [EndedJob]

    public init(unfinishedJobs: Int, undeliveredReports: Int, waiting: [WaitingJob] = [], ended: [EndedJob] = []) {
        self.unfinishedJobs = unfinishedJobs
        self.undeliveredReports = undeliveredReports
        self.waiting = waiting
        self.ended = ended
    }
}
