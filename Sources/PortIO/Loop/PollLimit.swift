// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// How long a poll may sleep.
enum PollLimit: Equatable {
    /// Look only.
    case now
    case until(ContinuousClock.Instant)
    case never

    /// The time from now on, rounded to what poll takes; zero for a deadline that has passed and for ``never``, which has none.
    var timespec: timespec {
        guard case .until(let deadline) = self else { return Glibc.timespec() }
        let left = ContinuousClock.now.duration(to: deadline).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return Glibc.timespec() }
        // One nanosecond more: never awake before the deadline. A day is longer than any wait and fits every time_t.
        return Glibc.timespec(tv_sec: Int(min(left.seconds, 86_400)), tv_nsec: min(Int(left.attoseconds / 1_000_000_000) + 1, 999_999_999))
    }
}
