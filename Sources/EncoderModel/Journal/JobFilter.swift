// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which jobs of the journal someone wants to see. What is `nil` is not asked for.
public struct JobFilter: Sendable, Hashable {
    public var encoder: EncoderName?
    /// One of the order's `lockIds`, written alike.
    public var room: String?
    /// The order's `reservationNumber`, written alike.
    public var reservation: String?
    public var state: JobState?
    /// Accepted at this instant or later.
    public var from: Date?
    /// Accepted before this instant.
    public var until: Date?

    public init(
        encoder: EncoderName? = nil, room: String? = nil, reservation: String? = nil, state: JobState? = nil, from: Date? = nil,
        until: Date? = nil
    ) {
        self.encoder = encoder
        self.room = room
        self.reservation = reservation
        self.state = state
        self.from = from
        self.until = until
    }

    /// Whether a job that was accepted at `accepted` is asked for.
    public func wants(_ job: Job, accepted: Date) -> Bool {
        if let encoder, job.encoder != encoder { return false }
        if let room, !job.order.lockIds.contains(room) { return false }
        if let reservation, job.order.reservationNumber != reservation { return false }
        if let state, job.state != state { return false }
        if let from, accepted < from { return false }
        if let until, accepted >= until { return false }
        return true
    }
}

/// One line of a job's history with its place among those of all jobs: what the event stream goes on with after a restart.
public struct JobChange: Sendable, Hashable {
    /// Counts up from 1 over the life of the journal.
    public var place: Int64
    /// The job as it is now.
    public var job: Job
    /// What happened then, and the state the job was in.
    public var entry: TrailEntry

    public init(place: Int64, job: Job, entry: TrailEntry) {
        self.place = place
        self.job = job
        self.entry = entry
    }
}
