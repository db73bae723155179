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
        guard var grant = grants[id] else { throw .unknown }
        guard !grant.isOver else { throw .over }
        if let last = grant.retriedAt {
            let left = rules.patience.personsRetry - now.timeIntervalSince(last)
            if left > 0 { throw .tooEarly(seconds: Int(left.rounded(.up))) }
        }
        actions = []
        grant.retriedAt = now
        (grant.nextTry, grant.attempts) = (nil, 0)
        // What drifted and was only reported is put back now.
        if grant.state == .failed, grant.goal == .on { grant.onLockSince = nil }
        keep(grant)
        if grant.state == .set, let slot = grant.slot { locks[grant.lock]?.readAt[slot] = .distantPast }
        work(on: grant.lock, at: now)
        return actions
    }
}
