// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One order to a key cutter and all that became of it.
public struct DeviceCommand: Sendable, Equatable {
    /// Who changed a command.
    public enum Author: Sendable, Equatable {
        /// Someone at the PMS.
        case user
        /// A program over the API, with what it calls itself.
        case client(String)
    }

    /// One entry of the history.
    public struct Update: Sendable, Equatable {
        public var at: Date
        public var state: DeviceCommandState
        public var progress: Double?
        public var notes: String?
        /// Fields that were sent but do not count in this state (`Notes` while processing, `Progress` elsewhere).
        public var ignored: [String]
        public var author: Author
    }

    /// UUID, lower case. Random: a bridge's journal outlives the sandbox and would take a repeated id for one it has done.
    public let id: String
    public let createdAt: Date
    public let keyCutter: KeyCutter
    public let reservationNumber: String
    public let keyCount: Int
    public let creator: Author
    /// What the key cutter is to do, in the form of the hotel.
    public let data: JSONValue
    /// Every state it had with its time, the creation first.
    public internal(set) var history: [Update]
    /// The state now.
    public internal(set) var state: DeviceCommandState

    /// What was last reported while it was processed.
    public var progress: Double? { history.last(where: { $0.progress != nil })?.progress }
    /// What the clerk reads.
    public var notes: String? { history.last(where: { $0.notes != nil })?.notes }
}
