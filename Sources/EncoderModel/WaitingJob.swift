// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A job that has not ended, as a screen shows it: whose room, which card, since when, how many behind it. No guest data.
public struct WaitingJob: Sendable, Codable, Hashable {
    public var job: JobID
    public var encoder: EncoderName
    public var state: JobState
    /// The rooms or locks that were ordered, the guest's own first.
    public var rooms: [String]
    public var copies: Int
    public var copiesDone: Int
    /// What a person must do now, in the hotel's language; `nil` while nothing is asked of anybody.
    public var prompt: String?
    /// When the order was made.
    public var since: Date
    /// How many orders stand behind it at the same encoder.
    public var behind: Int
    public var origin: JobOrigin

    public init(_ job: Job, behind: Int) {
        self.job = job.id
        encoder = job.encoder
        state = job.state
        rooms = job.order.lockIds
        copies = job.order.copies
        copiesDone = job.copiesDone
        prompt = job.prompt
        since = job.createdAt
        self.behind = behind
        origin = job.origin
    }

    /// Written by hand so that a missing prompt is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(job, forKey: .job)
        try values.encode(self.encoder, forKey: .encoder)
        try values.encode(state, forKey: .state)
        try values.encode(rooms, forKey: .rooms)
        try values.encode(copies, forKey: .copies)
        try values.encode(copiesDone, forKey: .copiesDone)
        try values.encode(prompt, forKey: .prompt)
        try values.encode(since, forKey: .since)
        try values.encode(behind, forKey: .behind)
        try values.encode(origin, forKey: .origin)
    }
}
