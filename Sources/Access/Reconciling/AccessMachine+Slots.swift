// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What is told of slots, and what of it is proof.
extension AccessMachine {
    /// A gateway repeats all it remembers at each change, so a word about a slot is proof only if it differs from the word before, if it came
    /// as the answer to questions of ours (``isSure``), or if the lock was read for it. The first word after a start is none of these.
    mutating func show(_ slot: Int, _ content: SlotContent, _ origin: SlotOrigin, on name: LockName, at now: Date) {
        guard let lock = locks[name] else { return }
        let before = lock.told[slot]
        let isAnswer = origin == .gateway && answers(slot, on: name, at: now)
        let isNews = before.map { $0 != content } ?? false
        let isProof =
            switch origin {
            case .retained: false
            case .gateway: isNews || isSure(slot, content, isAnswer, on: name, at: now)
            case .lock: true
            }
        if isProof { locks[name]?.heardWords[slot] = nil }
        locks[name]?.told[slot] = content
        locks[name]?.tellsUsers = true
        locks[name]?.silent = [:]
        if isProof {
            locks[name]?.proven.insert(slot)
            locks[name]?.readAt[slot] = now
            if case .ask(slot)? = lock.flight?.command { locks[name]?.flight = nil }
        } else if before != content {
            locks[name]?.proven.remove(slot)
        }
        guard isProof else { return }
        guard let grant = holder(of: slot, on: name) else {
            if lock.ourSlots.contains(slot) { showFree(slot, content, on: name, at: now) }
            return
        }
        switch content {
        case .available:
            if grant.goal == .off { return confirmGone(grant, at: now) }
            // What was sent before it was proven to be there has landed by now, or never will.
            if let since = grant.onLockSince {
                drift(grant, "was removed at the lock", isGone: now.timeIntervalSince(since) > LockPatience.setLives, at: now)
            }
        case .enabled(let shown):
            // Whatever sign of a clear there was, the lock knows better.
            if locks[name]?.signs[slot] == .cleared { locks[name]?.signs[slot] = nil }
            if let shown, shown != grant.code { return taken(grant, slot, at: now) }
            guard grant.goal == .on, grant.onLockSince == nil, grant.state != .unset else { return }
            // A look before another try: the code may be ours, which landed late, or a person's. The try that follows makes it known.
            if shown == nil, lock.flight?.command == .ask(slot: slot) { return }
            confirmSet(grant, at: now)
        case .disabled:
            if grant.goal == .on, grant.onLockSince != nil { drift(grant, "was switched off at the lock", isGone: false, at: now) }
        case .unknown: break
        }
    }

    /// Whether a word about a slot may answer a question that was sent after the command in hand.
    private mutating func answers(_ slot: Int, on name: LockName, at now: Date) -> Bool {
        guard let lock = locks[name], let flight = lock.flight, flight.command.slot == slot, flight.isAsked else { return false }
        var open = openAsks(about: slot, on: name, at: now)
        if !open.isEmpty { open.removeFirst() }
        locks[name]?.openAsks[slot] = open.isEmpty ? nil : open
        guard flight.stale > 0 else { return true }
        locks[name]?.flight?.stale -= 1
        locks[name]?.flight?.old += 1
        return false
    }

    /// A gateway that did not learn of a change repeats what it remembers, at any moment, also right behind a question that was lost. That
    /// something else was told before is proof; a word that is told again is none before it followed several questions, and nothing was told
    /// between an answer and the next question: what comes there is a heap of old answers, or an old word, and the count begins anew. So no
    /// question has to be accounted for, whether it was lost, late or answered twice.
    private mutating func isSure(_ slot: Int, _ content: SlotContent, _ isAnswer: Bool, on name: LockName, at now: Date) -> Bool {
        guard var flight = locks[name]?.flight, flight.command.slot == slot, flight.isAsked else { return false }
        let needed: Int
        switch (content, flight.command) {
        case (.available, _): needed = LockPatience.freeWeight
        case (_, .ask): needed = LockPatience.sameWeight
        default:
            locks[name]?.heardWords[slot] = nil
            return isAnswer
        }
        guard flight.isUnanswered else {
            locks[name]?.heardWords[slot] = nil
            return false
        }
        var words = locks[name]?.heardWords[slot] ?? LockView.Words(content: content)
        if words.content != content { words = LockView.Words(content: content) }
        let isSoon = now.timeIntervalSince(flight.askedAt) <= LockPatience.soon
        words.weight += isSoon ? LockPatience.soonWeighs : LockPatience.lateWeighs
        flight.isUnanswered = false
        flight.answered += 1
        flight.nextAsk = now.addingTimeInterval(LockPatience.apart)
        // A slow lock needs as long for the next one; without an end for none.
        if !isSoon, flight.answered <= LockPatience.freeWeight {
            flight.deadline = max(flight.deadline, now.addingTimeInterval(patience(of: name).attempt))
        }
        locks[name]?.flight = flight
        locks[name]?.heardWords[slot] = words
        return words.weight >= needed
    }

    /// A slot that no grant holds.
    private mutating func showFree(_ slot: Int, _ content: SlotContent, on name: LockName, at now: Date) {
        switch content {
        case .available: locks[name]?.foreign.remove(slot)
        case .enabled(let shown?) where wasOurs(shown, in: slot, on: name): reclaim(slot, shown, on: name, at: now)
        case .enabled, .disabled, .unknown:
            if locks[name]?.foreign.insert(slot).inserted == true {
                tell(
                    .foreign, nil, lock: name,
                    "Slot \(slot) of \(name) holds a code that the bridge did not put there: it is left alone. Clear it at the lock if it "
                        + "is not needed.", at: now)
            }
        }
    }

    /// Whether the bridge once sent this very code to this slot. The same digits in another slot are a person's.
    private func wasOurs(_ code: String, in slot: Int, on name: LockName) -> Bool {
        left[name]?[slot]?.contains(issuer.mark(code)) ?? false
    }

    /// A code that the bridge sent to a slot which is nobody's now: it was sent there before, and the lock carried it out late. Nobody else
    /// would ever take it off. Where its guest has no slot it is his: a person has typed it again.
    private mutating func reclaim(_ slot: Int, _ code: String, on name: LockName, at now: Date) {
        locks[name]?.foreign.remove(slot)
        let owner = (byLock[name] ?? []).compactMap { grants[$0] }.first { $0.code == code }
        if var owner, owner.goal == .on, owner.slot == nil {
            owner.slot = slot
            keep(owner)
            return confirmSet(owner, at: now)
        }
        let mark = issuer.mark(code)
        let known = owner ?? grants.values.filter { $0.lock == name && $0.mark == mark }.max { $0.since < $1.since }
        var rest = Grant(
            id: GrantID("\(Self.backupStay).\(name).slot-\(slot)"), stay: Self.backupStay, number: known?.number ?? "", lock: name,
            target: known?.target ?? name.rawValue, isCommon: false, window: Window(start: now, end: now), goal: .off, state: .removing,
            since: now)
        (rest.code, rest.slot, rest.onLockSince, rest.offSince) = (code, slot, now, now)
        keep(rest)
    }

    /// A slot of nobody's that is told to hold a code of ours, though nothing has proven it yet.
    func stray(on lock: LockView) -> Int? {
        lock.told.keys.sorted().first { slot in
            guard case .enabled(let shown?)? = lock.told[slot], lock.ourSlots.contains(slot), !lock.proven.contains(slot) else {
                return false
            }
            return holder(of: slot, on: lock.name) == nil && wasOurs(shown, in: slot, on: lock.name)
        }
    }

    /// The lock has no such slot: it is left out of the search from now on.
    mutating func refuseSlot(_ reason: String, on name: LockName, at now: Date) {
        guard let flight = locks[name]?.flight else { return }
        locks[name]?.flight = nil
        locks[name]?.told[flight.command.slot] = .unknown(reason)
        locks[name]?.proven.insert(flight.command.slot)
        locks[name]?.readAt[flight.command.slot] = now
        if case .ask = flight.command { return }
        if let grant = flight.grant.flatMap({ grants[$0] }) { fail(grant, reason, at: now) }
    }

    func holder(of slot: Int, on name: LockName) -> Grant? {
        (byLock[name] ?? []).lazy.compactMap { grants[$0] }.first { !$0.isOver && $0.slot == slot }
    }

    /// What was told of a slot before a sign that it changed counts no more: a gateway goes on repeating it.
    mutating func doubt(_ slot: Int, on name: LockName) {
        locks[name]?.told[slot] = nil
        locks[name]?.proven.remove(slot)
    }

    // MARK: Signs

    mutating func saved(_ slot: Int?, byHand: Bool, on name: LockName, at now: Date) {
        guard let slot else {
            guard !byHand, let grant = grantOfSlotlessSign(.saved, on: name) else { return }
            return confirmSet(grant, isSign: true, at: now)
        }
        // A code stays where it was put, also when the site gives the bridge other slots later.
        guard let grant = holder(of: slot, on: name) else {
            guard locks[name]?.ourSlots.contains(slot) == true else { return }
            doubt(slot, on: name)
            return showFree(slot, .enabled(code: nil), on: name, at: now)
        }
        // The code that was typed there is not ours to destroy.
        if byHand { return taken(grant, slot, at: now) }
        guard grant.goal == .on, grant.state != .unset else { return }
        if grant.onLockSince == nil {
            confirmSet(grant, isSign: true, at: now)
        } else if case .reschedule(slot, _)? = locks[name]?.flight?.command {
            confirmSet(grant, at: now)
        }
    }

    mutating func cleared(_ slot: Int?, byHand: Bool, on name: LockName, at now: Date) {
        guard let slot else {
            guard !byHand, let grant = grantOfSlotlessSign(.cleared, on: name) else { return }
            return confirmGone(grant, at: now)
        }
        doubt(slot, on: name)
        guard let grant = holder(of: slot, on: name) else {
            locks[name]?.foreign.remove(slot)
            return
        }
        if grant.goal == .on {
            if grant.onLockSince != nil {
                drift(grant, byHand ? "was removed at the keypad" : "was removed at the lock", isGone: byHand, at: now)
            }
        } else if locks[name]?.tellsUsers == true {
            askAbout(slot, .cleared, on: name, at: now)
        } else {
            confirmGone(grant, at: now)
        }
    }

    /// No slot is named: it is that of the one command that is on its way. Where the lock tells its slots it is asked; where it does not,
    /// the sign may be a late one of the command before, so after one that was given up only its own second attempt is believed.
    private mutating func grantOfSlotlessSign(_ sign: LockView.Sign, on name: LockName) -> Grant? {
        guard let lock = locks[name], let flight = lock.flight, let grant = flight.grant.flatMap({ grants[$0] }) else { return nil }
        switch (sign, flight.command) {
        case (.saved, .set), (.saved, .reschedule), (.cleared, .clear): break
        default: return nil
        }
        if lock.tellsUsers {
            askAbout(flight.command.slot, sign, on: name, at: flight.sentAt)
            return nil
        }
        guard let abandoned = lock.abandoned else { return grant }
        return abandoned.grant == grant.id && abandoned.command.isOfKind(flight.command) ? grant : nil
    }

    /// A sign is looked into at once. It counts by itself only if the question stays unanswered.
    private mutating func askAbout(_ slot: Int, _ sign: LockView.Sign, on name: LockName, at now: Date) {
        locks[name]?.signs[slot] = sign
        guard locks[name]?.flight?.command.slot == slot else { return }
        locks[name]?.flight?.nextAsk = now
    }
}
