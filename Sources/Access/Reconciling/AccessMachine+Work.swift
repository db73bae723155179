// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The next thing to do at each lock, one at a time: clears before sets, what is longest overdue first.
extension AccessMachine {
    mutating func work(on name: LockName, at now: Date) {
        guard var lock = locks[name], lock.isServed else { return }
        if let flight = lock.flight {
            if now >= flight.deadline { return giveUp(flight, on: name, at: now) }
            if now >= flight.nextAsk {
                lock.flight?.nextAsk = now.addingTimeInterval(patience(of: name).askEvery)
                // A question is put twice, and again for each word that is no proof yet.
                let isEnough = if case .ask = flight.command { flight.asked > flight.answered } else { false }
                if !isEnough { lock.flight?.asked += 1 }
                locks[name] = lock
                if isEnough { return }
                ask(flight.command.slot, on: name, at: now)
            }
            return
        }
        let first = firstInLine(on: lock)
        let here = (byLock[name] ?? []).compactMap { grants[$0] }.filter {
            !$0.isOver && ($0.nextTry ?? .distantPast) <= now && (first == nil || first == $0.id)
        }
        let clears = here.filter { $0.goal == .off && $0.slot != nil }
        if let grant = clears.min(by: { ($0.offSince ?? now, $0.id) < ($1.offSince ?? now, $1.id) }) { return clear(grant, at: now) }
        let sets =
            isHeld(at: now)
            ? [] : here.filter { $0.goal == .on && $0.onLockSince == nil && ($0.window.contains(now) || lock.traits.keepsWindow) }
        // Guests before what is kept for guests to come.
        func rank(_ grant: Grant) -> (Int, Date, GrantID) { (grant.isBackup ? 1 : 0, grant.window.start, grant.id) }
        if let grant = sets.min(by: { rank($0) < rank($1) }) { return set(grant, at: now) }
        if lock.traits.keepsWindow, !isHeld(at: now),
            let grant = here.first(where: { $0.onLockSince != nil && $0.goal == .on && $0.toldWindow != $0.window }), let slot = grant.slot
        {
            return start(.reschedule(slot: slot, window: grant.window), for: grant, at: now)
        }
        readBack(name, here, at: now)
    }

    /// At a lock that names no slot in its signs, what was given up once comes again before anything else: so its sign is told apart.
    func firstInLine(on lock: LockView) -> GrantID? {
        guard !lock.tellsUsers, let grant = lock.abandoned?.grant.flatMap({ grants[$0] }), !grant.isOver, grant.attempts == 1 else {
            return nil
        }
        return grant.id
    }

    private mutating func clear(_ before: Grant, at now: Date) {
        guard let lock = locks[before.lock], let slot = before.slot else { return }
        // Somebody may have put another code there while the lock was away. One look, answered or not: a guest who has left counts more.
        if lock.needsALookBeforeClearing(slot) { return look(at: slot, on: lock.name, for: before, at: now) }
        var grant = before
        grant.clearSent = true
        if grant.state != .overdue { grant.become(.removing, at: now) }
        start(.clear(slot: slot), for: grant, at: now)
    }

    private mutating func set(_ before: Grant, at now: Date) {
        guard let lock = locks[before.lock], let code = before.code else { return }
        var grant = before
        if let slot = grant.slot {
            // Kept from a try before: somebody may have taken it at the keypad since.
            if lock.needsALookBeforeSetting(slot, at: now) { return look(at: slot, on: lock.name, for: grant, at: now) }
        } else {
            switch freeSlot(on: lock, at: now) {
            case .slot(let slot): grant.slot = slot
            case .ask(let slot): return start(.ask(slot: slot), on: lock.name, grant: grant.id, at: now)
            case .none:
                if !grant.isBackup, backups(on: lock.name).first?.onLockSince != nil { return pull(for: grant, at: now) }
                let text =
                    "All slots of \(lock.name) that are ours are taken: clear those that hold other people's codes, or give it more slots "
                    + "under locks."
                return fail(grant, text, at: now)
            }
        }
        guard let slot = grant.slot else { return }
        grant.become(.setting, at: now)
        start(.set(slot: slot, code: code, window: grant.window), for: grant, at: now)
    }

    private mutating func look(at slot: Int, on name: LockName, for grant: Grant, at now: Date) {
        // Asked, whatever comes of it.
        if locks[name]?.readAt[slot] == nil { locks[name]?.readAt[slot] = .distantPast }
        start(.ask(slot: slot), on: name, grant: grant.id, at: now)
    }

    private enum Place {
        case slot(Int)
        case ask(Int)
        case none
    }

    /// Only a slot that the lock showed to be available just now is free: what a gateway remembers is not enough, and what was read a while
    /// ago may have been taken at the keypad since, without a word if the lock was out of range. Locks that never told any slot,
    /// though they were heard after three questions, are believed to be empty: some answer no question at all (homeassistant-lockly #49).
    private func freeSlot(on lock: LockView, at now: Date) -> Place {
        func isRead(_ slot: Int, within seconds: TimeInterval) -> Bool { lock.isRead(slot, within: seconds, at: now) }
        let held = Set((byLock[lock.name] ?? []).compactMap { grants[$0] }.compactMap { $0.isOver ? nil : $0.slot })
        let open = lock.ourSlots.filter {
            // A code that was sent there and given up may still land in it, and would be taken for the next one.
            !held.contains($0) && !(lock.foreign.contains($0) && isRead($0, within: rules.patience.readBack))
                && lock.mayLand(in: $0, at: now).isEmpty
        }
        if let slot = open.first(where: {
            lock.told[$0] == .available && isRead($0, within: LockPatience.freeFor) && !lock.foreign.contains($0)
        }) {
            return .slot(slot)
        }
        if !lock.tellsUsers, lock.silent.values.contains(where: { $0 >= 3 }),
            let slot = open.first(where: { lock.told[$0] == nil && !lock.foreign.contains($0) })
        {
            return .slot(slot)
        }
        // What was read to be taken, and by whom nobody knows, is asked about again after an hour, like our own codes.
        let doubtful = open.filter { lock.told[$0] == .available || !isRead($0, within: rules.patience.readBack) }
        let next =
            doubtful.first { lock.told[$0] == .available && !lock.foreign.contains($0) } ?? doubtful.first { lock.told[$0] == nil }
            ?? doubtful.first
        return next.map { .ask($0) } ?? .none
    }

    /// One code that should be there and was not read back for an hour, or one of ours where none should be.
    private mutating func readBack(_ name: LockName, _ here: [Grant], at now: Date) {
        guard let lock = locks[name] else { return }
        if let until = lock.readsHeldUntil, now < until { return }
        if let slot = stray(on: lock) { return start(.ask(slot: slot), on: name, at: now) }
        for grant in here where grant.state == .set {
            guard let slot = grant.slot else { continue }
            let last = locks[name]?.readAt[slot] ?? .distantPast
            if last.addingTimeInterval(rules.patience.readBack) <= now {
                locks[name]?.readAt[slot] = now
                return start(.ask(slot: slot), on: name, at: now)
            }
        }
    }

    /// Journal first, then the wire.
    private mutating func start(_ command: LockCommand, for grant: Grant, at now: Date) {
        keep(grant)
        start(command, on: grant.lock, grant: grant.id, at: now)
    }

    private mutating func start(_ command: LockCommand, on name: LockName, grant: GrantID? = nil, at now: Date) {
        let patience = patience(of: name)
        // A sign of something else that happened to the slot says nothing about this.
        switch command {
        case .clear(let slot) where locks[name]?.signs[slot] == .saved: locks[name]?.signs[slot] = nil
        case .set(let slot, _, _) where locks[name]?.signs[slot] == .cleared: locks[name]?.signs[slot] = nil
        default: break
        }
        var flight = LockView.Flight(
            command: command, grant: grant, sentAt: now, nextAsk: now.addingTimeInterval(patience.firstAsk),
            deadline: now.addingTimeInterval(patience.attempt))
        if case .ask(let slot) = command {
            locks[name]?.flight = flight
            return ask(slot, on: name, at: now)
        }
        let open = openAsks(about: command.slot, on: name, at: now)
        locks[name]?.openAsks[command.slot] = open.isEmpty ? nil : open
        flight.stale = open.count
        // Behind the same clear that was given up the words of before still count.
        if locks[name]?.abandoned?.command != command || !command.isClear { locks[name]?.heardWords[command.slot] = nil }
        if case .set(let slot, let code, _) = command {
            let open = (locks[name]?.mayLand(in: slot, at: now) ?? []) + [LockView.OpenSet(code: code, sentAt: now)]
            locks[name]?.openSets[slot] = open
        }
        locks[name]?.flight = flight
        actions.append(.send(name, command))
    }

    private mutating func ask(_ slot: Int, on name: LockName, at now: Date) {
        let open = openAsks(about: slot, on: name, at: now) + [now]
        locks[name]?.openAsks[slot] = open
        locks[name]?.flight?.askedAt = now
        locks[name]?.flight?.isUnanswered = true
        actions.append(.send(name, .ask(slot: slot)))
    }

    /// Questions about a slot that may still be answered.
    func openAsks(about slot: Int, on name: LockName, at now: Date) -> [Date] {
        (locks[name]?.openAsks[slot] ?? []).filter { now.timeIntervalSince($0) < LockPatience.askLives }
    }

    private mutating func giveUp(_ flight: LockView.Flight, on name: LockName, at now: Date) {
        let grant = flight.grant.flatMap { grants[$0] }
        switch flight.command {
        case .ask(let slot):
            locks[name]?.flight = nil
            // Whether it was heard since is what tells a lock that does not answer from one that is away.
            let wasHeard = (locks[name]?.heardAt ?? .distantPast) >= flight.sentAt
            if wasHeard, locks[name]?.tellsUsers == false { locks[name]?.silent[slot, default: 0] += 1 }
            if let grant, isOnlyALook(for: grant, on: name) {
                break  // What it was for goes out without an answer.
            } else if let grant {
                fail(grant, "\(name) has not said whether slot \(slot) is free: it is asked again.", at: now)
            } else {
                readAgain(slot, on: name, at: now)
            }
        case .set(let slot, _, _), .reschedule(let slot, _), .clear(let slot):
            // There was a sign, and no word against it.
            switch (flight.command, locks[name]?.signs[slot], grant) {
            case (.clear, .cleared, let grant?): confirmGone(grant, at: now)
            case (.set, .saved, let grant?), (.reschedule, .saved, let grant?): confirmSet(grant, isSign: true, at: now)
            default:
                locks[name]?.flight = nil
                locks[name]?.abandoned = flight
                guard let grant else { break }
                fail(grant, "\(name) has not shown that it took the command: it is tried again.", at: now)
                if flight.old > 0, !flight.command.isClear { waitForOldAnswers(of: slot, grant.id, on: name, at: now) }
            }
        }
        work(on: name, at: now)
    }

    /// Whether what a question was asked for goes on though it was not answered.
    func isOnlyALook(for grant: Grant, on name: LockName) -> Bool {
        grant.slot != nil && (grant.goal == .off || locks[name]?.tellsUsers == false)
    }

    /// A code that could not be read back may be gone: it is not left for an hour.
    mutating func readAgain(_ slot: Int, on name: LockName, at now: Date) {
        // Some never answer a question.
        guard let lock = locks[name], lock.tellsUsers || lock.silent[slot, default: 0] < 3 else { return }
        locks[name]?.readAt[slot] = .distantPast
        locks[name]?.readsHeldUntil = now.addingTimeInterval(LockPatience.readAgain)
    }

    /// The lock answered, and all that it said may have been the answers to older questions. One that was lost makes every later answer look like
    /// an old one for as long as questions go on: there is none until it is over.
    private mutating func waitForOldAnswers(of slot: Int, _ id: GrantID, on name: LockName, at now: Date) {
        guard var grant = grants[id], !grant.isOver, let last = locks[name]?.openAsks[slot]?.last else { return }
        grant.nextTry = max(grant.nextTry ?? now, last.addingTimeInterval(LockPatience.askLives))
        keep(grant)
    }

    func patience(of name: LockName) -> LockPatience { locks[name]?.traits.patience ?? rules.patience }

    mutating func fail(_ before: Grant, _ reason: String, at now: Date) {
        // Ended while the question about its slot was open.
        guard !before.isOver else { return }
        var grant = before
        grant.attempts += 1
        grant.nextTry = now.addingTimeInterval(rules.patience.pause(after: grant.attempts))
        let isNews = grant.reason != reason || grant.state != .failed && grant.state != .overdue
        // Overdue stays overdue: a failure more is no better news.
        if grant.state == .overdue { grant.reason = reason } else { grant.become(.failed, at: now, reason: reason) }
        keep(grant)
        if isNews, grant.attempts == 1 { tell(.failed, grant, "\(grant.owner), \(grant.target): \(reason)", at: now) }
    }
}
