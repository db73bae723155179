// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the locks tell, and what it proves. Success is only ever what the lock shows, never that no error came.
extension AccessMachine {
    mutating func connect(_ name: LockName, _ isConnected: Bool, at now: Date) {
        guard locks[name]?.isConnected != isConnected else { return }
        locks[name]?.isConnected = isConnected
        locks[name]?.flight = nil
        if isConnected { serveAgain(name, at: now) } else { explainAbsence(name, at: now) }
    }

    mutating func hear(_ report: LockReport, from name: LockName, at now: Date) {
        guard locks[name] != nil else { return }
        if case .reachable = report {} else { noteHeard(name, at: now) }
        switch report {
        case .heard: break
        case .battery(let percent): locks[name]?.battery = percent
        case .slotCount(let count): locks[name]?.slotCount = count
        case .reachable(let isThere): reach(name, isThere, at: now)
        case .slot(let slot, let content): show(slot, content, on: name, at: now)
        case .saved(let slot, let byHand): saved(slot, byHand: byHand, on: name, at: now)
        case .cleared(let slot, let byHand): cleared(slot, byHand: byHand, on: name, at: now)
        case .refused(let reason):
            guard let flight = locks[name]?.flight else { return }
            locks[name]?.flight = nil
            if let id = flight.grant, let grant = grants[id] {
                fail(grant, reason, at: now)
            } else if case .ask(let slot) = flight.command, locks[name]?.told[slot] == nil {
                locks[name]?.told[slot] = .unknown(reason)
            }
        case .used(let use): used(use, on: name, at: now)
        }
    }

    // MARK: There and away

    private mutating func reach(_ name: LockName, _ isThere: Bool, at now: Date) {
        let before = locks[name]?.isReachable
        guard before != isThere else { return }
        locks[name]?.isReachable = isThere
        locks[name]?.flight = nil
        if isThere {
            serveAgain(name, at: now)
            if before == false { tell(.reachable, nil, lock: name, "The lock \(name) is back.", at: now) }
        } else {
            explainAbsence(name, at: now)
            tell(.unreachable, nil, lock: name, locks[name]?.absence ?? "", at: now)
        }
    }

    /// Whatever waited for its next try is due now.
    private mutating func serveAgain(_ name: LockName, at now: Date) {
        locks[name]?.silent = [:]
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] }) where !grant.isOver {
            var grant = grant
            grant.nextTry = nil
            grant.attempts = 0
            if grant.state == .unset || grant.state == .removing { grant.reason = nil }
            keep(grant)
        }
    }

    /// A lock that says something after a silence may have come back from somewhere: what failed is tried without the long pause.
    private mutating func noteHeard(_ name: LockName, at now: Date) {
        let before = locks[name]?.heardAt ?? .distantPast
        locks[name]?.heardAt = now
        guard now.timeIntervalSince(before) > rules.patience.longPause else { return }
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] }) where grant.attempts > 2 && !grant.isOver {
            var grant = grant
            grant.nextTry = min(grant.nextTry ?? now, now.addingTimeInterval(rules.patience.pause(after: 1)))
            grant.attempts = 1
            keep(grant)
        }
    }

    private mutating func explainAbsence(_ name: LockName, at now: Date) {
        guard let absence = locks[name]?.absence else { return }
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] }) where !grant.isOver && grant.state != .set {
            var grant = grant
            grant.reason = absence
            keep(grant)
        }
    }

    // MARK: Slots

    private mutating func show(_ slot: Int, _ content: SlotContent, on name: LockName, at now: Date) {
        guard let lock = locks[name] else { return }
        // A gateway tells all it remembers at every change: only what differs from its last word is news.
        let isNews = lock.told[slot] != content
        locks[name]?.told[slot] = content
        locks[name]?.silent[slot] = nil
        if case .ask(slot)? = lock.flight?.command { locks[name]?.flight = nil }
        guard lock.ourSlots.contains(slot) else { return }
        guard let grant = holder(of: slot, on: name) else { return showFree(slot, content, on: name, at: now) }
        // A code that the lock spells out and that is the very one proves itself, news or not, once the lock was asked.
        let isSpelt = content == .enabled(code: grant.code) && (lock.flight?.asked ?? 0) > 0
        guard isNews || isSpelt else { return }
        switch content {
        case .available:
            if grant.goal == .off { return confirmGone(grant, at: now) }
            if grant.onLockSince != nil { drift(grant, "was removed at the lock", at: now) }
        case .enabled(let shown):
            if let shown, shown != grant.code { return taken(grant, slot, at: now) }
            if grant.goal == .on, grant.onLockSince == nil, grant.state != .unset { confirmSet(grant, at: now) }
        case .disabled:
            if grant.goal == .on, grant.onLockSince != nil { drift(grant, "was switched off at the lock", at: now) }
        case .unknown: break
        }
    }

    private mutating func showFree(_ slot: Int, _ content: SlotContent, on name: LockName, at now: Date) {
        switch content {
        case .available: locks[name]?.foreign.remove(slot)
        case .enabled, .disabled, .unknown:
            if locks[name]?.foreign.insert(slot).inserted == true {
                tell(
                    .foreign, nil, lock: name,
                    "Slot \(slot) of \(name) holds a code that the bridge did not put there: it is left alone. Clear it at the lock if it "
                        + "is not needed.", at: now)
            }
        }
    }

    private func holder(of slot: Int, on name: LockName) -> Grant? {
        (byLock[name] ?? []).lazy.compactMap { grants[$0] }.first { !$0.isOver && $0.slot == slot }
    }

    private mutating func saved(_ slot: Int?, byHand: Bool, on name: LockName, at now: Date) {
        let flight = locks[name]?.flight
        if let slot, let grant = holder(of: slot, on: name) {
            // The code that was typed there is not ours to destroy.
            if byHand { return taken(grant, slot, at: now) }
            if grant.goal == .on, grant.state != .unset {
                if grant.onLockSince == nil { return confirmSet(grant, at: now) }
                if case .reschedule? = flight?.command { confirmSet(grant, at: now) }
            }
            return
        }
        if let slot {
            guard locks[name]?.ourSlots.contains(slot) == true else { return }
            return showFree(slot, .enabled(code: nil), on: name, at: now)
        }
        // No slot is named: it is that of the one command that is on its way.
        guard !byHand, let id = flight?.grant, let grant = grants[id] else { return }
        switch flight?.command {
        case .set?, .reschedule?: confirmSet(grant, at: now)
        default: break
        }
    }

    private mutating func cleared(_ slot: Int?, byHand: Bool, on name: LockName, at now: Date) {
        if let slot, let grant = holder(of: slot, on: name) {
            if grant.goal == .off { return confirmGone(grant, at: now) }
            if grant.onLockSince != nil { drift(grant, byHand ? "was removed at the keypad" : "was removed at the lock", at: now) }
            return
        }
        if let slot {
            locks[name]?.foreign.remove(slot)
            locks[name]?.told[slot] = nil
            return
        }
        guard !byHand, case .clear? = locks[name]?.flight?.command, let id = locks[name]?.flight?.grant, let grant = grants[id] else { return }
        confirmGone(grant, at: now)
    }

    // MARK: What is proven

    private mutating func confirmSet(_ before: Grant, at now: Date) {
        var grant = before
        let command = endFlight(of: grant)
        if case .set(_, _, let window)? = command { grant.toldWindow = window }
        if case .reschedule(_, let window)? = command { grant.toldWindow = window }
        if grant.toldWindow == nil { grant.toldWindow = grant.window }
        let isNew = grant.onLockSince == nil
        grant.onLockSince = grant.onLockSince ?? now
        (grant.attempts, grant.nextTry) = (0, nil)
        grant.become(.set, at: now)
        if let slot = grant.slot { locks[grant.lock]?.readAt[slot] = now }
        keep(grant)
        if isNew { tell(.set, grant, "The code of reservation \(grant.number) opens \(grant.target) (\(grant.lock)).", at: now) }
        // The new room of a move may be open now.
        if let stay = stays[grant.stay], isNew { planAgain(stay, at: now) }
    }

    private mutating func confirmGone(_ grant: Grant, at now: Date) {
        _ = endFlight(of: grant)
        // Told by a sign and not by the slot's own word: ask before it is used again.
        if let slot = grant.slot, locks[grant.lock]?.told[slot] != .available { locks[grant.lock]?.told[slot] = nil }
        close(grant, at: now)
        // Checked in again meanwhile: a new code follows.
        if let stay = stays[grant.stay] { planAgain(stay, at: now) }
    }

    private mutating func endFlight(of grant: Grant) -> LockCommand? {
        guard let flight = locks[grant.lock]?.flight, flight.grant == grant.id else { return nil }
        locks[grant.lock]?.flight = nil
        return flight.command
    }

    /// A code of ours is not as we left it.
    private mutating func drift(_ before: Grant, _ what: String, at now: Date) {
        var grant = before
        tell(.drift, grant, "The code of reservation \(grant.number) on \(grant.target) (\(grant.lock)) \(what).", at: now)
        guard grant.goal == .on else { return }
        if rules.drift == .restore {
            grant.onLockSince = nil
            grant.become(.setting, at: now, reason: "It \(what) and is put back.")
            (grant.nextTry, grant.attempts) = (nil, 0)
        } else {
            grant.become(.failed, at: now, reason: "The code \(what): press retry to put it back.")
        }
        keep(grant)
    }

    /// Our slot holds somebody else's code now: that is not ours to destroy. The guest's goes to another slot.
    private mutating func taken(_ before: Grant, _ slot: Int, at now: Date) {
        _ = endFlight(of: before)
        var grant = before
        locks[grant.lock]?.foreign.insert(slot)
        tell(.foreign, grant, "Slot \(slot) of \(grant.lock) holds another code than the one of reservation \(grant.number) now.", at: now)
        if grant.goal == .off { return close(grant, at: now) }
        grant.slot = nil
        grant.onLockSince = nil
        if rules.drift == .restore {
            grant.become(.unset, at: now, reason: "Its slot was taken by another code: it gets a new one.")
        } else {
            grant.become(.failed, at: now, reason: "Its slot was taken by another code: press retry for a new one.")
            grant.nextTry = .distantFuture
        }
        keep(grant)
    }

    private mutating func used(_ use: LockUse, on name: LockName, at now: Date) {
        let grant = use.slot.flatMap { holder(of: $0, on: name) }
        let who = grant.map { "reservation \($0.number)" } ?? use.slot.map { "slot \($0)" } ?? "nobody that the bridge knows"
        tell(.used, grant, lock: name, "\(name): \(use.kind.rawValue) by \(who)\(use.source.map { " (\($0))" } ?? "").", at: now)
    }
}
