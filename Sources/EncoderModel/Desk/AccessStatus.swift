// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Door codes as pages and metrics show them: how things stand at every door, and never a code.
public struct AccessStatus: Sendable, Codable, Hashable {
    /// How a door's code stands, for the eye.
    public enum Look: String, Sendable, Codable, CaseIterable {
        /// The lock has the code.
        case good
        /// On its way, or on its way off.
        case wait
        /// Somebody must do something.
        case bad
    }

    /// One reservation at one door.
    public struct Door: Sendable, Codable, Hashable {
        public var reservation: String
        /// What people call the door.
        public var door: String
        public var lock: String
        /// The grant's state: `set`, `overdue` ...
        public var state: String
        public var look: Look
        public var until: Date
        /// Why it is not as it should be.
        public var reason: String?
        public var isBackup: Bool

        public init(
            reservation: String, door: String, lock: String, state: String, look: Look, until: Date, reason: String? = nil,
            isBackup: Bool = false
        ) {
            self.reservation = reservation
            self.door = door
            self.lock = lock
            self.state = state
            self.look = look
            self.until = until
            self.reason = reason
            self.isBackup = isBackup
        }
    }

    public struct Lock: Sendable, Codable, Hashable {
        public var name: String
        /// `online`, `offline`, `unreachable`.
        public var state: String
        /// Percent.
        public var battery: Int?
        public var heardAt: Date?
        public var codes: Int
        public var slots: Int
        public var backupCodes: Int
        public var isOnline: Bool { state == "online" }

        public init(
            name: String, state: String, battery: Int? = nil, heardAt: Date? = nil, codes: Int = 0, slots: Int = 0, backupCodes: Int = 0
        ) {
            self.name = name
            self.state = state
            self.battery = battery
            self.heardAt = heardAt
            self.codes = codes
            self.slots = slots
            self.backupCodes = backupCodes
        }
    }

    /// What is not over, what needs a person first.
    public var doors: [Door]
    public var locks: [Lock]
    /// Reservations that are checked in and have no code, with the reason: `1001: ...`.
    public var withoutCode: [String]

    public init(doors: [Door] = [], locks: [Lock] = [], withoutCode: [String] = []) {
        self.doors = doors
        self.locks = locks
        self.withoutCode = withoutCode
    }

    /// In numbers.
    public var figures: AccessFigures {
        AccessFigures(
            grants: Dictionary(grouping: doors, by: \.state).mapValues(\.count), locks: locks.count,
            locksOffline: locks.filter { !$0.isOnline }.count, backupCodes: locks.map(\.backupCodes).reduce(0, +),
            withoutCode: withoutCode.count)
    }
}

/// Door codes in numbers: a part of `GET /v1/status`.
public struct AccessFigures: Sendable, Codable, Hashable {
    /// Grants that are not over, by state.
    public var grants: [String: Int]
    public var locks: Int
    public var locksOffline: Int
    /// Back-up codes that are on locks, ready for a guest.
    public var backupCodes: Int
    public var withoutCode: Int

    public init(grants: [String: Int] = [:], locks: Int = 0, locksOffline: Int = 0, backupCodes: Int = 0, withoutCode: Int = 0) {
        self.grants = grants
        self.locks = locks
        self.locksOffline = locksOffline
        self.backupCodes = backupCodes
        self.withoutCode = withoutCode
    }
}
