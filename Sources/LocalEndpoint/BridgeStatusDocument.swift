// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What `GET /v1/status` answers and `encoder-bridge status --json` prints: the whole bridge on one page.
public struct BridgeStatusDocument: Sendable, Codable, Hashable {
    public var encoders: [EncoderStatus]
    public var connectors: [ConnectorStatus]
    public var queue: QueueStatus

    public init(encoders: [EncoderStatus], connectors: [ConnectorStatus], queue: QueueStatus) {
        self.encoders = encoders
        self.connectors = connectors
        self.queue = queue
    }
}

/// How one connector stands with its PMS.
public struct ConnectorStatus: Sendable, Codable, Hashable {
    /// The connector's name in the configuration: `mews`.
    public var name: String
    /// One word: `connecting`, `connected`, `waiting` (for the next try), `stopped`.
    public var state: String
    /// Since when it is in this state.
    public var since: Date?
    /// When the PMS last answered.
    public var lastContact: Date?
    /// Why it is not connected and what to do, as one sentence; `null` when all is well.
    public var problem: String?

    public init(name: String, state: String, since: Date? = nil, lastContact: Date? = nil, problem: String? = nil) {
        self.name = name
        self.state = state
        self.since = since
        self.lastContact = lastContact
        self.problem = problem
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(state, forKey: .state)
        try values.encode(since, forKey: .since)
        try values.encode(lastContact, forKey: .lastContact)
        try values.encode(problem, forKey: .problem)
    }
}

/// What waits.
public struct QueueStatus: Sendable, Codable, Hashable {
    /// Jobs that have not ended, on all encoders.
    public var unfinishedJobs: Int
    /// Reports that the PMS has not taken yet.
    public var undeliveredReports: Int

    public init(unfinishedJobs: Int, undeliveredReports: Int) {
        self.unfinishedJobs = unfinishedJobs
        self.undeliveredReports = undeliveredReports
    }
}
