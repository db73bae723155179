// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What should be: from reservations and the map to the goal of each grant.
extension AccessMachine {
    /// A grant that a stay should have now.
    private struct Wish {
        var door: Door
        var window: Window
    }

    mutating func plan(at now: Date) {
        refusals = [:]
        for id in open.sorted() {
            guard let stay = stays[id] else { continue }
            plan(stay, at: now)
            if canBeLeft(stay, at: now) { open.remove(id) }
        }
        // Grants whose reservation the PMS no longer tells of end with their window.
        for grant in live where stays[grant.stay] == nil && grant.goal == .on && hasEnded(grant.window, at: now) {
            turnOff(grant, since: grant.window.end, at: now)
        }
        pullBackups(at: now)
        planBackups(at: now)
        alarm(at: now)
    }

    /// Whether only news can make this reservation of interest again: time alone cannot.
    private func canBeLeft(_ stay: Stay, at now: Date) -> Bool {
        guard (byStay[stay.id] ?? []).allSatisfy({ grants[$0]?.isOver ?? true }) else { return false }
        return switch stay.state {
        case .started, .confirmed: stay.scheduledEnd <= now
        case .processed: rules.removeOnCheckOut || stay.scheduledEnd <= now
        case .inquired, .canceled, .optional, .requested, .other: true
        }
    }

    mutating func planAgain(_ stay: Stay, at now: Date) { plan(stay, at: now) }

    private mutating func plan(_ stay: Stay, at now: Date) {
        let held = (byStay[stay.id] ?? []).sorted().compactMap { grants[$0] }.filter { !$0.isOver }
        guard let wishes = wishes(of: stay, held: held, at: now) else {
            // What the room is will be told in a moment: until then nothing is given and nothing taken away but by the clock.
            for grant in held where grant.goal == .on && hasEnded(grant.window, at: now) {
                turnOff(grant, since: grant.window.end, at: now)
            }
            return
        }
        let wanted = Set(wishes.map(\.door.lock))
        for wish in wishes {
            if let grant = held.first(where: { $0.lock == wish.door.lock }) { follow(wish, grant, at: now) }
        }
        var new = wishes.filter { wish in wish.window.end > now && !held.contains { $0.lock == wish.door.lock } }
        if let lost = new.first(where: { unreadable.contains(GrantID(stay.id, $0.door.lock)) }) {
            refusals[stay.id] =
                "The code of reservation \(stay.number) on \(lost.door.lock) stands in the journal in a form that cannot be read: see "
                + "`encoder-bridge status`."
            new.removeAll { unreadable.contains(GrantID(stay.id, $0.door.lock)) }
        }
        if !new.isEmpty { issue(new, to: stay, at: now) }
        for grant in held where !wanted.contains(grant.lock) && grant.goal == .on {
            leave(grant, stay, wanted: wanted, at: now)
        }
    }

    /// `nil`: not known yet.
    private mutating func wishes(of stay: Stay, held: [Grant], at now: Date) -> [Wish]? {
        guard let window = window(of: stay, at: now) else { return [] }
        // Not asked for at check-in: what a guest has already stays his until its end.
        if !rules.issueOnCheckIn, held.isEmpty { return [] }
        guard let id = stay.resource else { return [] }
        guard let resource = resources[id] else {
            refusals[stay.id] = "No code yet for reservation \(stay.number): the PMS has not told the name of its room. It is asked again."
            return nil
        }
        do throws(Unmapped) {
            let doors = try rules.map.doors(of: resource.name, parents: parents(of: resource))
            let isEarly = stay.state != .started && stay.state != .processed
            return doors.filter { locks[$0.lock].map { !isEarly || $0.traits.keepsWindow } ?? false }.map { Wish(door: $0, window: window) }
        } catch {
            refusals[stay.id] = error.description
            return []
        }
    }

    /// When the stay's codes open; `nil`: not, or not any more.
    private func window(of stay: Stay, at now: Date) -> Window? {
        let window: Window
        switch stay.state {
        case .started: window = Window(start: stay.begin, end: stay.scheduledEnd)
        // Checked out, and the site leaves codes to their end.
        case .processed where !rules.removeOnCheckOut: window = Window(start: stay.begin, end: stay.scheduledEnd)
        case .confirmed where rules.preload > 0 && stay.scheduledStart.addingTimeInterval(-rules.preload) <= now:
            window = Window(start: stay.scheduledStart, end: stay.scheduledEnd)
        case .processed, .confirmed, .inquired, .canceled, .optional, .requested, .other: return nil
        }
        // Nobody checked out, and the time is over all the same.
        return !hasEnded(window, at: now) && window.start < window.end ? window : nil
    }

    private func parents(of resource: Resource) -> [String] {
        var names: [String] = []
        var seen: Set<ResourceID> = [resource.id]
        var next = resource.parent
        while let id = next, seen.insert(id).inserted, let parent = resources[id] {
            names.append(parent.name)
            next = parent.parent
        }
        return names
    }

    /// A grant that is there: its window, and back on if it was on its way out and nothing was sent yet.
    private mutating func follow(_ wish: Wish, _ before: Grant, at now: Date) {
        var grant = before
        grant.window = wish.window
        (grant.target, grant.isCommon, grant.movedAt) = (wish.door.target, wish.door.isCommon, nil)
        if grant.goal == .off {
            // Once a clear went out the code may be gone: it goes its way to the end, and a new one follows.
            guard !grant.clearSent else { return }
            // A clock that is not believed yet takes nothing off, and puts nothing back that was over when it was believed.
            guard wish.window.end > now else { return }
            grant.goal = .on
            grant.offSince = nil
            grant.become(grant.onLockSince == nil ? (grant.slot == nil ? .unset : .setting) : .set, at: now)
        }
        keep(grant)
    }

    private mutating func issue(_ wishes: [Wish], to stay: Stay, at now: Date) {
        let name = stay.resource.flatMap { resources[$0]?.name } ?? ""
        let doors = wishes.map(\.door.lock)
        let live = (byStay[stay.id] ?? []).compactMap { grants[$0] }.filter { !$0.isOver && $0.goal == .on }
        // The guest keeps one code, wherever it may be had on the new doors too.
        let known = live.compactMap(\.code).first { code in
            doors.allSatisfy { locks[$0]?.traits.constraints.allows(code) ?? false } && issuer.isFree(code, on: doors, at: now)
                && !shown(on: doors).contains(code)
        }
        let all = Set(doors + live.map(\.lock)).sorted()
        let together = known ?? (try? draw(for: all, name, at: now)) ?? (try? draw(for: doors, name, at: now))
        var drawn: [String] = []
        for wish in wishes {
            var grant = Grant(stay: stay, door: wish.door, window: wish.window, at: now)
            // The same grant as before (checked in again): what a person did to it is remembered.
            grant.retriedAt = grants[grant.id]?.retriedAt
            do throws(NoCode) {
                let code: String
                if let fitting = together ?? drawn.first(where: { locks[wish.door.lock]?.traits.constraints.allows($0) ?? false }) {
                    code = fitting
                } else {
                    code = try draw(for: [wish.door.lock], name, at: now)
                    drawn.append(code)
                }
                grant.reason = locks[grant.lock]?.absence
                grant.code = code
                grant.mark = issuer.mark(code)
                keep(grant)
                use(UsedCode(lock: grant.lock, mark: issuer.mark(code), at: now))
                tell(.granted, grant, "Reservation \(grant.number) may open \(grant.target) (\(grant.lock)).", at: now)
            } catch {
                refusals[stay.id] = error.description
            }
        }
    }

    private mutating func draw(for doors: [LockName], _ room: String, at now: Date) throws(NoCode) -> String {
        let constraints = doors.compactMap { locks[$0]?.traits.constraints }
        return try issuer.draw(
            for: doors, constraints: constraints, rooms: [room] + Array(rules.map.spaces.keys), besides: shown(on: doors), at: now)
    }

    /// Codes that these doors were heard to hold, whoever put them there.
    func shown(on doors: [LockName]) -> Set<String> {
        Set(doors.flatMap { locks[$0]?.told.values.compactMap { if case .enabled(let code?) = $0 { code } else { nil } } ?? [] })
    }

    /// A door that the stay should not have any more. After a move it stays open until the new room is, and a while longer.
    private mutating func leave(_ before: Grant, _ stay: Stay, wanted: Set<LockName>, at now: Date) {
        guard !wanted.isEmpty else { return turnOff(before, since: now, at: now) }
        var grant = before
        let moved = grant.movedAt ?? now
        grant.movedAt = moved
        let room = wanted.compactMap { grants[GrantID(stay.id, $0)] }.filter { !$0.isCommon && !$0.isOver }
        let isOpen = room.allSatisfy { $0.onLockSince != nil }
        let opened = max(moved, room.compactMap(\.onLockSince).max() ?? moved)
        let isDue = isOpen && opened.addingTimeInterval(rules.moveGrace) <= now
        if isDue || moved.addingTimeInterval(max(rules.patience.longestMove, rules.moveGrace)) <= now || hasEnded(grant.window, at: now)
            || isTaken(grant.lock, besides: stay.id, since: moved)
        {
            turnOff(grant, since: now, at: now)
        } else {
            keep(grant)
        }
    }

    /// Whether the next guest has this door: then the one before leaves at once. Who had it before already only shares it: beds of a room.
    private func isTaken(_ lock: LockName, besides stay: StayID, since moved: Date) -> Bool {
        (byLock[lock] ?? []).contains { id in
            grants[id].map {
                $0.stay != stay && !$0.isBackup && $0.goal == .on && !$0.isOver && !$0.isCommon && $0.movedAt == nil
                    && ($0.issuedAt ?? .distantPast) >= moved
            } ?? false
        }
    }

    mutating func turnOff(_ before: Grant, since: Date, at now: Date) {
        var grant = before
        grant.goal = .off
        // A window that ended while the bridge was down ended then, not now.
        grant.offSince = min(since, max(grant.window.end, grant.since))
        grant.nextTry = nil
        grant.attempts = 0
        if grant.slot == nil { return close(grant, at: now) }
        grant.become(.removing, at: now, reason: absence(of: grant.lock))
        keep(grant)
    }

    /// Why nothing can be done at a lock now.
    private func absence(of name: LockName) -> String? {
        if let lock = locks[name] { return lock.absence }
        return "The bridge has no lock \(name) any more: write it in the configuration again until the code is off, or take the code off "
            + "at the lock and press retry."
    }

    private mutating func alarm(at now: Date) {
        for grant in live where grant.goal == .off && grant.state == .overdue && locks[grant.lock] == nil {
            var grant = grant
            grant.reason = absence(of: grant.lock)
            keep(grant)
        }
        for grant in live where grant.goal == .off && grant.state != .overdue {
            guard let off = grant.offSince, off.addingTimeInterval(rules.patience.overdueAfter) <= now else { continue }
            var grant = grant
            let why = absence(of: grant.lock) ?? grant.reason ?? "The lock has not shown that it is gone."
            grant.become(.overdue, at: now, reason: why)
            keep(grant)
            tell(
                .overdue, grant,
                "\(grant.codeName) should be off \(grant.target) (\(grant.lock)) and may still open it. \(why)",
                at: now)
        }
    }
}
