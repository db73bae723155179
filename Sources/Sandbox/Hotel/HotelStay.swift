// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A reservation: who sleeps where from when until when.
public struct HotelStay: Sendable, Equatable {
    public enum State: String, Sendable {
        case confirmed = "Confirmed"
        /// Checked in: only now can a key be cut.
        case started = "Started"
        case processed = "Processed"
        case canceled = "Canceled"
    }

    /// UUID, lower case.
    public var id: String
    /// UUID of the reservation group.
    public var groupId: String
    /// The confirmation number that the clerk sees.
    public var number: String
    public var state: State
    public var start: Date
    public var end: Date
    /// When the guest came and left, where that has happened.
    public var actualStart: Date?
    public var actualEnd: Date?
    /// The last change; `nil`: none since the sandbox began.
    public var updated: Date?
    /// UUID of the assigned room or bed.
    public var spaceId: String?
    /// UUID of the guest who owns the reservation.
    public var guestId: String
    /// UUIDs of those who sleep there.
    public var companionIds: [String]

    public init(
        id: String, groupId: String, number: String, state: State, start: Date, end: Date, spaceId: String?, guestId: String,
        companionIds: [String] = []
    ) {
        self.id = id
        self.groupId = groupId
        self.number = number
        self.state = state
        self.start = start
        self.end = end
        self.spaceId = spaceId
        self.guestId = guestId
        self.companionIds = companionIds
    }
}
