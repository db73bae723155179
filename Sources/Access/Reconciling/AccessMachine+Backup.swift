// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Back-up codes: put on a lock while it can be reached, for the guest who arrives while it cannot.
///
/// A back-up code is a grant of nobody: the reconciler sets it, proves it and reads it back like any other. A guest's grant takes over its
/// code and its slot, and from then on it is the guest's code: extended, moved and taken off as one. It is used once.
extension AccessMachine {
    /// The stay that grants of nobody have.
    static let backupStay: StayID = "backup"
    /// Locks whose clock keeps the window need one.
    private static let backupLife: TimeInterval = 3650 * 86_400

    /// As many on each lock as the site wants, for locks that some room or area has.
    mutating func planBackups(at now: Date) {
        guard rules.backupCodes > 0 || byStay[Self.backupStay] != nil else { return }
        let mapped = Set(rules.map.spaces.values.flatMap(\.locks) + rules.map.commonAreas.values.flatMap(\.locks))
        for name in locks.keys.sorted() {
            let here = backups(on: name)
            let wanted = mapped.contains(name) ? rules.backupCodes : 0
            for grant in here.dropFirst(wanted) { turnOff(grant, since: now, at: now) }
            guard here.count < wanted, !isHeld(at: now) else { continue }
            for _ in here.count..<wanted { addBackup(to: name, at: now) }
        }
    }

    /// Those that are or will be on the lock, proven ones first.
    func backups(on name: LockName) -> [Grant] {
        (byLock[name] ?? []).compactMap { grants[$0] }.filter { $0.isBackup && $0.goal == .on && !$0.isOver }
            .sorted { ($0.onLockSince ?? .distantFuture, $0.id) < ($1.onLockSince ?? .distantFuture, $1.id) }
    }

    private mutating func addBackup(to name: LockName, at now: Date) {
        guard let traits = locks[name]?.traits else { return }
        let id = (1...).lazy.map { GrantID("\(Self.backupStay).\(name).\($0)") }.first {
            self.grants[$0]?.isOver ?? true && !self.unreadable.contains($0)
        }
        guard let id,
            let code = try? issuer.draw(
                for: [name], constraints: [traits.constraints], rooms: Array(rules.map.spaces.keys), besides: shown(on: [name]), at: now)
        else { return }
        var grant = Grant(
            id: id, stay: Self.backupStay, number: "", lock: name, target: name.rawValue, isCommon: false,
            window: Window(start: now, end: now.addingTimeInterval(Self.backupLife)), goal: .on, state: .unset, since: now)
        grant.issuedAt = now
        grant.code = code
        grant.mark = issuer.mark(code)
        grant.reason = locks[name]?.absence
        keep(grant)
        use(UsedCode(lock: name, mark: issuer.mark(code), at: now))
    }

    /// Gives back-up codes to guests whose own code has not come onto the lock for a while.
    mutating func pullBackups(at now: Date) {
        guard !isHeld(at: now), byStay[Self.backupStay] != nil else { return }
        for grant in live.sorted(by: { ($0.window.start, $0.id) < ($1.window.start, $1.id) })
        where pullTime(of: grant, at: now).map({ $0 <= now }) ?? false {
            pull(for: grant, at: now)
        }
    }

    /// When a guest's grant gets a back-up code if nothing changes; `nil`: it needs none, or there is none.
    func pullTime(of grant: Grant, at now: Date) -> Date? {
        guard !grant.isBackup, grant.goal == .on, grant.onLockSince == nil, !grant.isOver, grant.usesBackup != true,
            grant.window.end > now, let lock = locks[grant.lock],
            grant.state != .set, lock.absence != nil || grant.attempts >= rules.patience.failuresBeforeBackup,
            backups(on: grant.lock).first?.onLockSince != nil
        else { return nil }
        return max(grant.issuedAt ?? grant.since, grant.window.start).addingTimeInterval(rules.patience.backupAfter)
    }

    /// The guest's grant takes over slot and code. What of its own may be on the lock already is taken off when the lock is back.
    mutating func pull(for before: Grant, at now: Date) {
        guard let entry = backups(on: before.lock).first(where: { $0.onLockSince != nil && $0.slot != nil }) else {
            return
        }
        if let flight = locks[before.lock]?.flight, flight.grant == before.id {
            locks[before.lock]?.abandoned = flight
            locks[before.lock]?.flight = nil
        }
        var grant = before
        var rest = entry
        (grant.code, grant.mark, grant.slot, grant.onLockSince, grant.toldWindow) =
            (entry.code, entry.mark, entry.slot, entry.onLockSince, entry.toldWindow)
        (grant.attempts, grant.nextTry, grant.usesBackup) = (0, nil, true)
        grant.become(.set, at: now)
        (rest.code, rest.mark, rest.slot, rest.onLockSince) = (before.code, before.mark, before.slot, nil)
        (rest.attempts, rest.nextTry, rest.goal, rest.offSince) = (0, nil, .off, now)
        if rest.slot == nil {
            // It never went out: nobody has it any more.
            if let mark = before.mark { issuer.hold(mark, on: before.lock, false) }
            (rest.code, rest.mark) = (nil, nil)
            rest.become(.removed, at: now)
        } else {
            rest.become(.removing, at: now, reason: locks[rest.lock]?.absence)
        }
        keep(rest)
        keep(grant)
        let left = backups(on: grant.lock).filter { $0.onLockSince != nil }.count
        // Its own fault stands in the log already; here it is why the guest has two codes.
        let why =
            locks[grant.lock]?.absence != nil
            ? "cannot be reached" : before.slot == nil && before.attempts == 0 ? "has no slot left" : "has not taken the guest's own code"
        tell(
            .backup, grant,
            "\(grant.lock) \(why): reservation \(grant.number) opens \(grant.target) with a back-up code, which the PMS shows now. "
                + "\(left) back-up code\(left == 1 ? " is" : "s are") left on it.", at: now)
    }
}
