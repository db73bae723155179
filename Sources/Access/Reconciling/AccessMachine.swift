// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The one reconciler: what should be on the locks (made of reservations and the map) against what they are known to hold.
/// Start-up, reconnect, drift, a hand at the keypad and a check-in all end in the same two steps: ``plan(at:)`` and ``work(on:at:)``.
///
/// A value: events in, actions out, no clock, no I/O. Whoever performs the actions keeps all of `.keep` and `.use` before the
/// first `.send` leaves.
public struct AccessMachine: Sendable {
    public enum Event: Sendable {
        /// Reservations that are new or changed. A reservation that is told again changes nothing.
        case stays([Stay])
        case resources([Resource])
        /// The way to this lock is up or down.
        case connected(LockName, Bool)
        case report(LockName, LockReport)
        /// All reservations that count were told once since the start.
        case allTold
        /// The PMS told its time: the clock is right from now on. `wasSet`: it was wrong before.
        case clockTold(wasSet: Bool)
        case tick
    }

    public enum Action: Sendable, Hashable {
        /// Into the journal, before anything is sent.
        case keep(Grant)
        case use(UsedCode)
        case send(LockName, LockCommand)
        case tell(AccessNote)
    }

    public let rules: AccessRules
    public internal(set) var stays: [StayID: Stay] = [:]
    public internal(set) var resources: [ResourceID: Resource] = [:]
    public internal(set) var grants: [GrantID: Grant] = [:]
    public internal(set) var locks: [LockName: LockView]
    /// Why a stay that is checked in has no code, in one sentence.
    public internal(set) var refusals: [StayID: String] = [:]
    /// Grants that the journal has and cannot read: their codes may be on locks, so nothing takes their place before a person says so.
    var unreadable: Set<GrantID>
    var issuer: CodeIssuer
    var actions: [Action] = []
    /// Grants by lock, so that a lock's work does not look at all of them.
    var byLock: [LockName: Set<GrantID>] = [:]
    var byStay: [StayID: Set<GrantID>] = [:]
    /// Marks of codes that were sent to a slot and have left it: they may turn up there late.
    var left: [LockName: [Int: Set<String>]] = [:]
    /// Reservations that the clock alone may make a difference to.
    var open: Set<StayID>
    /// Locks that this event may have given something to do.
    var touched: Set<LockName> = []
    /// Until then no code goes out: what the journal kept may have ended while the bridge was down.
    var heldUntil: Date?
    /// Until then nothing is taken off by the clock alone.
    var endsHeldUntil: Date?
    var live: [Grant] { byLock.values.flatMap { $0 }.compactMap { grants[$0] } }

    /// - Parameters: what the journal kept. Grants that are over may be left out.
    public init(
        rules: AccessRules, locks: [LockView], issuer: CodeIssuer, stays: [Stay] = [], resources: [Resource] = [], grants: [Grant] = [],
        used: [UsedCode] = [], unreadable: Set<GrantID> = []
    ) {
        self.rules = rules
        self.locks = Dictionary(locks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.issuer = issuer
        self.issuer.length = rules.codeLength
        self.stays = Dictionary(stays.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        open = Set(stays.map(\.id))
        self.unreadable = unreadable
        self.resources = Dictionary(resources.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for code in used { self.issuer.remember(code) }
        for grant in grants { put(grant) }
    }

    /// Gives no code away before all reservations were told, or until that time. What is to be taken away is not held.
    public mutating func holdCodes(until date: Date) { heldUntil = date }

    /// The rest of the time that codes are held, when it was counted on a clock that was wrong.
    private static let holdAfterSetting: TimeInterval = 30

    func isHeld(at now: Date) -> Bool { heldUntil.map { now < $0 } ?? false }

    public mutating func handle(_ event: Event, at now: Date) -> [Action] {
        actions = []
        touched = []
        switch event {
        case .stays(let news):
            var isNew = false
            for stay in news where stay.isNews(after: stays[stay.id]) {
                stays[stay.id] = stay
                open.insert(stay.id)
                isNew = true
            }
            if isNew { plan(at: now) }
        case .resources(let news):
            for resource in news { resources[resource.id] = resource }
            plan(at: now)
        case .connected(let name, let isConnected):
            touched.insert(name)
            connect(name, isConnected, at: now)
        case .report(let name, let report):
            touched.insert(name)
            hear(report, from: name, at: now)
        case .allTold:
            heldUntil = nil
            plan(at: now)
            touched.formUnion(locks.keys)
        case .clockTold(let wasSet):
            endsHeldUntil = nil
            if wasSet {
                if heldUntil != nil { heldUntil = now.addingTimeInterval(Self.holdAfterSetting) }
                clockWasSet(at: now)
            } else {
                plan(at: now)
                touched.formUnion(locks.keys)
            }
        case .tick:
            plan(at: now)
            touched.formUnion(locks.keys)
        }
        for name in touched.sorted() { work(on: name, at: now) }
        return actions
    }

    /// When something is due by the clock alone; `nil`: nothing is.
    public func nextWake(after now: Date) -> Date? {
        var next: Date?
        func at(_ date: Date?) {
            guard let date else { return }
            next = min(next ?? .distantFuture, max(date, now.addingTimeInterval(0.2)))
        }
        if isHeld(at: now) { at(heldUntil) }
        for grant in live {
            if grant.window.start > now { at(grant.window.start) }
            if grant.goal == .on { at(max(grant.window.end, endsHeldUntil ?? .distantPast)) }
            // While a command is on its way the others wait for its end, not for a time.
            if let lock = locks[grant.lock], lock.isServed, lock.flight == nil, grant.goal == .off || !isHeld(at: now),
                firstInLine(on: lock).map({ $0 == grant.id }) ?? true
            {
                at(grant.nextTry)
            }
            if !isHeld(at: now) { at(pullTime(of: grant, at: now)) }
            if grant.movedAt != nil, grant.goal == .on { at(now.addingTimeInterval(1)) }
            if grant.goal == .off, grant.state != .overdue, let off = grant.offSince {
                at(off.addingTimeInterval(rules.patience.overdueAfter))
            }
        }
        for stay in open.compactMap({ stays[$0] }) where stay.state == .confirmed && rules.preload > 0 {
            let due = stay.scheduledStart.addingTimeInterval(-rules.preload)
            if due > now { at(due) }
        }
        for lock in locks.values {
            at(lock.flight.map { min($0.nextAsk, $0.deadline) })
            if let until = lock.readsHeldUntil, until > now, lock.isServed { at(until) }
        }
        return next
    }

    /// Drops what no longer counts: grants that are over, reservations that ended, codes that may come again.
    public mutating func forget(before date: Date) {
        for grant in grants.values where grant.isOver && grant.since < date {
            grants[grant.id] = nil
            byStay[grant.stay]?.remove(grant.id)
        }
        issuer.forget(before: date)
        left = [:]
        for grant in grants.values { put(grant) }
        for stay in stays.values where max(stay.scheduledEnd, stay.updated) < date && (byStay[stay.id] ?? []).isEmpty {
            stays[stay.id] = nil
            byStay[stay.id] = nil
            open.remove(stay.id)
        }
    }

    // MARK: Keeping

    mutating func put(_ grant: Grant) {
        grants[grant.id] = grant
        if grant.isOver { byLock[grant.lock]?.remove(grant.id) } else { byLock[grant.lock, default: []].insert(grant.id) }
        // A second copy that goes is not the code itself.
        if let mark = grant.mark {
            let isHeld = !grant.isOver || (byLock[grant.lock] ?? []).contains { grants[$0]?.mark == mark }
            issuer.hold(mark, on: grant.lock, isHeld)
        }
        byStay[grant.stay, default: []].insert(grant.id)
        for slot in grant.formerSlots ?? [] {
            if let mark = grant.mark { left[grant.lock, default: [:]][slot, default: []].insert(mark) }
        }
    }

    /// Into the journal if it changed.
    mutating func keep(_ grant: Grant) {
        touched.insert(grant.lock)
        guard grants[grant.id] != grant, !unreadable.contains(grant.id) else { return }
        put(grant)
        actions.append(.keep(grant))
    }

    mutating func tell(_ kind: AccessNote.Kind, _ grant: Grant?, lock: LockName? = nil, _ text: String, at now: Date) {
        actions.append(
            .tell(AccessNote(at: now, kind: kind, grant: grant?.id, number: grant?.number, lock: grant?.lock ?? lock, text: text)))
    }

    /// The code is known to be gone, or never went out: what remains is that it was used.
    mutating func close(_ grant: Grant, at now: Date) {
        var grant = grant
        if let mark = grant.mark, grant.slot != nil || grant.onLockSince != nil { use(UsedCode(lock: grant.lock, mark: mark, at: now)) }
        grant.become(.removed, at: now)
        grant.leaveSlot()
        (grant.code, grant.nextTry, grant.toldWindow, grant.movedAt) = (nil, nil, nil, nil)
        grant.attempts = 0
        keep(grant)
        tell(.removed, grant, "\(grant.codeName) is off \(grant.target) (\(grant.lock)).", at: now)
    }

    mutating func use(_ code: UsedCode) {
        issuer.remember(code)
        actions.append(.use(code))
    }
}
