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
