// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One reservation at one lock: what should be there, and what is known to be there.
public struct Grant: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Wanted, and nothing was sent yet.
        case unset
        /// Sent; the lock has not shown it yet.
        case setting
        /// The lock showed it.
        case set
        /// To be taken off; the lock has not shown it yet.
        case removing
        /// The lock showed that it is gone, or nothing was ever sent. The code itself is forgotten.
        case removed
        /// The last try failed: ``Grant/reason``, next try at ``Grant/nextTry``.
        case failed
        /// Its time is over and the lock still has it, as far as is known: somebody should look.
        case overdue
    }

    /// What should become of it.
    public enum Goal: String, Sendable, Hashable, Codable { case on, off }

    public var id: GrantID
    public var stay: StayID
    /// The reservation's number.
    public var number: String
    public var lock: LockName
    /// What people call the door: the room's or the common area's name.
    public var target: String
    public var isCommon: Bool
    public var window: Window
    public var goal: Goal
    public var state: State
    public var since: Date
    /// Why it is not as it should be, in one sentence.
    public var reason: String?
    public var nextTry: Date?
    public var attempts = 0
    /// The place on the lock that was taken for it, kept from before the first byte until the lock showed that it is free again.
    public var slot: Int?
    /// Places that it had before: a code that was sent there may be carried out late. `nil`: none, or an older bridge made it.
    public var formerSlots: [Int]?
    /// What the guest types. Gone when the grant is removed.
    public var code: String?
    /// A keyed hash of the code, which stays.
    public var mark: String?
    /// The window that a lock with a clock of its own was told.
    public var toldWindow: Window?
    /// When the lock showed the code: "on the lock since".
    public var onLockSince: Date?
    /// When the goal became off.
    public var offSince: Date?
    /// Set once a clear went out: from then on the code may be gone.
    public var clearSent = false
    /// When the guest moved to another room.
    public var movedAt: Date?
    /// When it was made; `nil` where an older bridge made it.
    public var issuedAt: Date?
    /// When a person last pressed retry.
    public var retriedAt: Date?
    /// Whether its code was a back-up code before; `nil` where an older bridge made it.
    public var usesBackup: Bool?

    public init(
        id: GrantID, stay: StayID, number: String, lock: LockName, target: String, isCommon: Bool, window: Window, goal: Goal, state: State,
        since: Date
    ) {
        self.id = id
        self.stay = stay
        self.number = number
        self.lock = lock
        self.target = target
        self.isCommon = isCommon
        self.window = window
        self.goal = goal
        self.state = state
        self.since = since
    }

    /// Whether the lock may hold the code.
    public var mayBeOnLock: Bool { slot != nil && state != .removed }
    public var isOver: Bool { state == .removed }
    /// Nothing but a person's retry makes another try.
    public var waitsForAPerson: Bool { nextTry == .distantFuture }
    /// Nobody's code, kept on the lock for a guest who comes while it is offline.
    public var isBackup: Bool { stay == AccessMachine.backupStay }
    /// A guest's code in a slot that it had left: nobody's, and on its way off.
    public var isSecondCopy: Bool { isBackup && !number.isEmpty }
    /// How sentences begin.
    var owner: String { isBackup ? codeName : "Reservation \(number)" }
    var codeName: String {
        if isSecondCopy { return "A second copy of the code of reservation \(number)" }
        return isBackup ? "A back-up code" : "The code of reservation \(number)"
    }
}

extension Grant {
    init(stay: Stay, door: Door, window: Window, at now: Date) {
        self.init(
            id: GrantID(stay.id, door.lock), stay: stay.id, number: stay.number, lock: door.lock, target: door.target,
            isCommon: door.isCommon, window: window, goal: .on, state: .unset, since: now)
        issuedAt = now
    }

    mutating func leaveSlot() {
        if let slot, formerSlots?.contains(slot) != true { formerSlots = (formerSlots ?? []) + [slot] }
        slot = nil
    }

    mutating func become(_ state: State, at now: Date, reason: String? = nil) {
        if self.state != state { since = now }
        self.state = state
        self.reason = reason
    }
}
