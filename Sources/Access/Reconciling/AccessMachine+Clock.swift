// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a clock that was wrong, or may be, means for codes.
extension AccessMachine {
    /// Takes no code off by the clock alone before that time, or before ``Event/clockTold``: the clock may be wrong.
    public mutating func holdEnds(until date: Date) { endsHeldUntil = date }

    /// Whether a window is over, and the clock that says so is believed.
    func hasEnded(_ window: Window, at now: Date) -> Bool { window.end <= now && !(endsHeldUntil.map { now < $0 } ?? false) }

    /// The clock was set. What was planned on it is planned anew; nothing may wait for a moment that is years away now.
    mutating func clockWasSet(at now: Date) {
        for name in locks.keys {
            guard var lock = locks[name] else { continue }
            // Its sign may still come.
            if let flight = lock.flight, flight.grant != nil { lock.abandoned = flight }
            lock.flight = nil
            lock.heardAt = lock.heardAt.map { min($0, now) }
            lock.readAt = [:]
            lock.readsHeldUntil = nil
            locks[name] = lock
        }
        for grant in live {
            var grant = grant
            if !grant.waitsForAPerson { grant.nextTry = nil }
            grant.since = min(grant.since, now)
            grant.onLockSince = grant.onLockSince.map { min($0, now) }
            grant.offSince = grant.offSince.map { min($0, now) }
            grant.movedAt = grant.movedAt.map { min($0, now) }
            grant.issuedAt = grant.issuedAt.map { min($0, now) }
            grant.retriedAt = grant.retriedAt.map { min($0, now) }
            if grant.isBackup { grant.window.start = min(grant.window.start, now) }
            keep(grant)
        }
        // By the clock of before some were left alone.
        open = Set(stays.keys)
        plan(at: now)
        touched.formUnion(locks.keys)
    }
}
