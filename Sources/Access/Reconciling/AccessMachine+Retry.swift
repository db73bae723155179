// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Why a person's retry is not done.
public enum RetryRefusal: Error, Sendable, Hashable {
    case unknown
    /// Seconds left until the next press is heard.
    case tooEarly(seconds: Int)
    /// It is removed: there is nothing to try.
    case over
}

extension AccessMachine {
    /// A person asks for another try, at once. Heard once in two minutes per grant; the bridge's own tries do not count.
    public mutating func retry(_ id: GrantID, at now: Date) throws(RetryRefusal) -> [Action] {
        actions = []
        touched = []
        if unreadable.contains(id) { return replaceUnreadable(id, at: now) }
        guard var grant = grants[id] else { throw .unknown }
        guard !grant.isOver else { throw .over }
        if grant.goal == .off, locks[grant.lock] == nil {
            // Nothing will ever be shown of a lock that is not the bridge's any more: a person's word is all there is.
            close(grant, at: now)
            return actions
        }
        if let last = grant.retriedAt {
            let left = rules.patience.personsRetry - now.timeIntervalSince(last)
            if left > 0 { throw .tooEarly(seconds: Int(left.rounded(.up))) }
        }
        grant.retriedAt = now
        (grant.nextTry, grant.attempts) = (nil, 0)
        // What drifted and was only reported is put back now.
        if grant.state == .failed, grant.goal == .on { grant.onLockSince = nil }
        keep(grant)
        if grant.state == .set, let slot = grant.slot { locks[grant.lock]?.readAt[slot] = .distantPast }
        work(on: grant.lock, at: now)
        return actions
    }

    /// A person has taken the code off: a row that says so takes the place of the one that cannot be read, and its guest gets a new code.
    private mutating func replaceUnreadable(_ id: GrantID, at now: Date) -> [Action] {
        unreadable.remove(id)
        let owner = stays.values.flatMap { stay in locks.keys.map { (stay, $0) } }.first { GrantID($0.id, $1) == id }
        let (stay, lock) = (owner?.0, owner?.1 ?? "")
        var grant = Grant(
            id: id, stay: stay?.id ?? Self.backupStay, number: stay?.number ?? "", lock: lock, target: lock.rawValue, isCommon: false,
            window: Window(start: now, end: now), goal: .off, state: .removed, since: now)
        grant.retriedAt = now
        keep(grant)
        plan(at: now)
        if let stay { planAgain(stay, at: now) }
        for name in touched.sorted() { work(on: name, at: now) }
        return actions
    }
}
