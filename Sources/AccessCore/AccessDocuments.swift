// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// A grant as the endpoint shows it. The code is there only for who may write.
public struct GrantDocument: Sendable, Codable, Hashable {
    public var id: String
    public var state: Grant.State
    public var reservationId: String
    public var reservationNumber: String
    /// The room's or common area's name.
    public var target: String
    public var lock: String
    /// The room that the reservation has now.
    public var room: String?
    public var validFrom: Date
    public var validUntil: Date
    public var since: Date
    public var onLockSince: Date?
    public var slot: Int?
    /// Why it is not as it should be.
    public var reason: String?
    public var nextTry: Date?
    public var code: String?
    /// Whether the guest has a back-up code on this door: another one than on his other doors.
    public var isBackup: Bool?

    init(_ grant: Grant, room: String?) {
        id = grant.id.rawValue
        state = grant.state
        reservationId = grant.stay.rawValue
        reservationNumber = grant.number
        target = grant.target
        lock = grant.lock.rawValue
        self.room = room
        validFrom = grant.window.start
        validUntil = grant.window.end
        since = grant.since
        onLockSince = grant.isOver ? nil : grant.onLockSince
        slot = grant.slot
        reason = grant.reason
        nextTry = grant.waitsForAPerson ? nil : grant.nextTry
        code = grant.code
        isBackup = grant.usesBackup == true ? true : nil
    }

    /// For who may only read.
    public var withoutCode: GrantDocument {
        var copy = self
        copy.code = nil
        return copy
    }
}

/// A lock as the endpoint shows it.
public struct LockDocument: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable {
        case online, offline
        /// The way to it is down.
        case unreachable
    }

    public var name: String
    public var driver: String
    public var state: State
    /// Percent.
    public var battery: Int?
    public var heardAt: Date?
    /// How many of our slots hold a code of ours.
    public var codes: Int
    public var slots: Int
    /// Slots of ours that hold somebody else's code.
    public var foreignSlots: [Int]
    /// Back-up codes that are on it, ready for a guest.
    public var backupCodes: Int?
    /// The rooms and areas that it belongs to.
    public var doors: [String]?

    init(_ view: LockView, driver: String, grants: [Grant], doors: [String]) {
        name = view.name.rawValue
        self.driver = driver
        state = !view.isConnected ? .unreachable : view.isReachable == false ? .offline : .online
        battery = view.battery
        heardAt = view.heardAt
        codes = grants.filter { !$0.isOver && !$0.isBackup && $0.onLockSince != nil }.count
        backupCodes = grants.filter { $0.isBackup && $0.goal == .on && $0.onLockSince != nil }.count
        self.doors = doors
        slots = view.traits.slots.count
        foreignSlots = view.foreign.sorted()
    }
}

/// A reservation that is checked in and gets no code.
public struct RefusalDocument: Sendable, Codable, Hashable {
    public var reservationId: String
    public var reservationNumber: String
    public var reason: String

    public init(reservationId: String, reservationNumber: String, reason: String) {
        self.reservationId = reservationId
        self.reservationNumber = reservationNumber
        self.reason = reason
    }
}
