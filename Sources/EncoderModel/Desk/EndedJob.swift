// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A job that has ended, as a screen shows it. No guest data.
public struct EndedJob: Sendable, Codable, Hashable {
    public var job: JobID
    public var encoder: EncoderName
    public var state: JobState
    public var rooms: [String]
    public var validFrom: Date
    public var validUntil: Date
    public var mode: KeyMode
    public var copies: Int
    public var copiesDone: Int
    /// What the clerk must do, in the hotel's language, if it went wrong.
    public var advice: String?
    public var remarks: [String]
    public var finishedAt: Date
    public var origin: JobOrigin

    /// `nil` for a job that has not ended.
    public init?(_ job: Job) {
        guard job.state.isFinal else { return nil }
        self.job = job.id
        encoder = job.encoder
        state = job.state
        rooms = job.order.lockIds
        validFrom = job.order.validFrom
        validUntil = job.order.validUntil
        mode = job.order.mode
        copies = job.order.copies
        copiesDone = job.copiesDone
        advice = job.fault?.advice
        remarks = job.remarks
        finishedAt = job.finishedAt ?? job.createdAt
        origin = job.origin
    }
}
