// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A reservation as far as doors care. No guest's name is in it.
public struct Stay: Sendable, Hashable, Codable {
    /// The words of Mews' reservations of 2023-06-06; anything newer is `other` and opens nothing.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case inquired = "Inquired"
        case confirmed = "Confirmed"
        /// Checked in.
        case started = "Started"
        /// Checked out.
        case processed = "Processed"
        case canceled = "Canceled"
        case optional = "Optional"
        case requested = "Requested"
        case other = ""
    }

    public var id: StayID
    /// The confirmation number that the desk sees.
    public var number: String
    public var state: State
    /// `nil`: no room assigned yet. That is no error.
    public var resource: ResourceID?
    public var scheduledStart: Date
    public var scheduledEnd: Date
    public var actualStart: Date?
    public var actualEnd: Date?
    public var updated: Date

    public init(
        id: StayID, number: String, state: State, resource: ResourceID?, scheduledStart: Date, scheduledEnd: Date,
        actualStart: Date? = nil, actualEnd: Date? = nil, updated: Date
    ) {
        self.id = id
        self.number = number
        self.state = state
        self.resource = resource
        self.scheduledStart = scheduledStart
        self.scheduledEnd = scheduledEnd
        self.actualStart = actualStart
        self.actualEnd = actualEnd
        self.updated = updated
    }

    /// Whether it is news where that is known. An older word about the same reservation, and the same word again, are none.
    public func isNews(after known: Stay?) -> Bool { known.map { $0 != self && $0.updated <= updated } ?? true }

    /// When the guest came: the check-in's own time, or for want of it the earlier of plan and last change.
    var begin: Date { actualStart ?? min(scheduledStart, updated) }
}

/// A room, a bed, a parking place: what the PMS assigns to reservations.
public struct Resource: Sendable, Hashable, Codable {
    public var id: ResourceID
    /// The room number, as the map of spaces names it.
    public var name: String
    /// The room of a bed.
    public var parent: ResourceID?

    public init(id: ResourceID, name: String, parent: ResourceID? = nil) {
        self.id = id
        self.name = name
        self.parent = parent
    }
}
