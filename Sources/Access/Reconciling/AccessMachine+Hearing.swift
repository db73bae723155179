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
        case .slot(let slot, let content, let origin): show(slot, content, origin, on: name, at: now)
        case .saved(let slot, let byHand): saved(slot, byHand: byHand, on: name, at: now)
        case .cleared(let slot, let byHand): cleared(slot, byHand: byHand, on: name, at: now)
        case .refused(let reason):
            guard let flight = locks[name]?.flight else { return }
            locks[name]?.flight = nil
            // What was told meanwhile was no answer of the lock.
            locks[name]?.heardWords[flight.command.slot] = nil
            if let grant = flight.grant.flatMap({ grants[$0] }) {
                if flight.command.isAsk, isOnlyALook(for: grant, on: name) { break }
                fail(grant, reason, at: now)
            } else {
                readAgain(flight.command.slot, on: name, at: now)
            }
        case .noSuchSlot(let reason): refuseSlot(reason, on: name, at: now)
        // The work that follows sends it.
        case .again: locks[name]?.flight = nil
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

    /// Whatever waited for its next try is due now. What was done at the keypad meanwhile was told to nobody: as after a start no slot is
    /// believed before it was asked about, and our codes are read back. Questions of before stay open: a lock that slept answers them now.
    private mutating func serveAgain(_ name: LockName, at now: Date) {
        locks[name]?.silent = [:]
        locks[name]?.proven = []
        locks[name]?.readAt = [:]
        locks[name]?.readsHeldUntil = nil
        locks[name]?.heardWords = [:]
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] }) where !grant.isOver {
            var grant = grant
            if !grant.waitsForAPerson { grant.nextTry = nil }
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
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] })
        where grant.attempts > 2 && !grant.isOver && !grant.waitsForAPerson {
            var grant = grant
            grant.nextTry = min(grant.nextTry ?? now, now.addingTimeInterval(rules.patience.pause(after: 1)))
            grant.attempts = 1
            keep(grant)
        }
    }

    private mutating func explainAbsence(_ name: LockName, at now: Date) {
        guard let absence = locks[name]?.absence else { return }
        for grant in (byLock[name] ?? []).compactMap({ grants[$0] }) where !grant.isOver && grant.state != .set && !grant.waitsForAPerson {
            var grant = grant
            grant.reason = absence
            keep(grant)
        }
    }

    // MARK: What is proven

    /// - Parameter isSign: proven by a sign and not by the slot's own word.
    mutating func confirmSet(_ before: Grant, isSign: Bool = false, at now: Date) {
        var grant = before
        let command = endFlight(of: grant)
        if case .set(_, _, let window)? = command { grant.toldWindow = window }
        if case .reschedule(_, let window)? = command { grant.toldWindow = window }
        if grant.toldWindow == nil { grant.toldWindow = grant.window }
        let isNew = grant.onLockSince == nil
        grant.onLockSince = grant.onLockSince ?? now
        (grant.attempts, grant.nextTry) = (0, nil)
        grant.become(.set, at: now)
        if let slot = grant.slot {
            locks[grant.lock]?.signs[slot] = nil
            // A second one that was sent there may still be on its way.
            if locks[grant.lock]?.openSets[slot]?.count == 1 { locks[grant.lock]?.openSets[slot] = nil }
            locks[grant.lock]?.readAt[slot] = now
            // The gateway goes on repeating what the slot held before: it is read soon, so that it learns better.
            if isSign, locks[grant.lock]?.tellsUsers == true {
                doubt(slot, on: grant.lock)
                locks[grant.lock]?.readAt[slot] = .distantPast
            }
        }
        keep(grant)
        if isNew { tell(.set, grant, "\(grant.codeName) opens \(grant.target) (\(grant.lock)).", at: now) }
        // The new room of a move may be open now.
        if let stay = stays[grant.stay], isNew { planAgain(stay, at: now) }
    }

    mutating func confirmGone(_ grant: Grant, at now: Date) {
        _ = endFlight(of: grant)
        if let slot = grant.slot {
            locks[grant.lock]?.signs[slot] = nil
            // Told by a sign and not by the slot's own word: it is asked before it is used again.
            if locks[grant.lock]?.told[slot] != .available { doubt(slot, on: grant.lock) }
        }
        close(grant, at: now)
        // Checked in again meanwhile: a new code follows.
        if let stay = stays[grant.stay] { planAgain(stay, at: now) }
    }

    private mutating func endFlight(of grant: Grant) -> LockCommand? {
        guard let flight = locks[grant.lock]?.flight, flight.grant == grant.id else { return nil }
        locks[grant.lock]?.flight = nil
        locks[grant.lock]?.abandoned = nil
        return flight.command
    }

    /// A code of ours is not as we left it.
    /// - Parameter isGone: a person took it off at the keypad, and the lock said so. Somebody may type a code in its slot before ours is put
    ///   back, without a word if the lock is out of range: a free one is looked for as for a new code. What was only read proves too little: a
    ///   set that is on its way would land in a slot that is nobody's.
    mutating func drift(_ before: Grant, _ what: String, isGone: Bool, at now: Date) {
        var grant = before
        if isGone, let slot = grant.slot, locks[grant.lock]?.mayLand(in: slot, at: now).isEmpty ?? true { grant.leaveSlot() }
        tell(.drift, grant, "\(grant.codeName) on \(grant.target) (\(grant.lock)) \(what).", at: now)
        guard grant.goal == .on else { return }
        if rules.drift == .restore {
            grant.onLockSince = nil
            grant.become(.setting, at: now, reason: "It \(what) and is put back.")
            (grant.nextTry, grant.attempts) = (nil, 0)
        } else {
            _ = endFlight(of: grant)
            grant.become(.failed, at: now, reason: "The code \(what): press retry to put it back.")
            grant.nextTry = .distantFuture
        }
        keep(grant)
    }

    /// Our slot holds somebody else's code now: that is not ours to destroy. The guest's goes to another slot.
    mutating func taken(_ before: Grant, _ slot: Int, at now: Date) {
        _ = endFlight(of: before)
        var grant = before
        doubt(slot, on: grant.lock)
        locks[grant.lock]?.foreign.insert(slot)
        tell(
            .foreign, grant,
            "Slot \(slot) of \(grant.lock) holds another code than \(grant.isBackup ? "our back-up code" : "the one of reservation \(grant.number)") now.",
            at: now)
        if grant.goal == .off { return close(grant, at: now) }
        grant.leaveSlot()
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
        let who =
            grant.map { $0.isBackup ? "a back-up code" : "reservation \($0.number)" } ?? use.slot.map { "slot \($0)" }
            ?? "nobody that the bridge knows"
        tell(.used, grant, lock: name, "\(name): \(use.kind.rawValue) by \(who)\(use.source.map { " (\($0))" } ?? "").", at: now)
    }
}
