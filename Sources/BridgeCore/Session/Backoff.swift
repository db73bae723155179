// SPDX-License-Identifier: Apache-2.0

/// When to try again to open a port that is there but cannot be used: soon at first, because a rule or a permission may be a
/// moment late, then slower, without end.
///
/// | attempt | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 ... |
/// |---|---|---|---|---|---|---|---|---|---|---|
/// | wait | 0.1 s | 0.2 | 0.4 | 0.8 | 1.6 | 3.2 | 6.4 | 12.8 | 25.6 | 30 |
public enum Backoff {
    public static let longest: Duration = .seconds(30)

    /// - Parameter attempt: how many tries have failed, from 1.
    public static func wait(afterAttempt attempt: Int) -> Duration {
        guard attempt < 10 else { return longest }
        return min(longest, .milliseconds(100) * (1 << max(0, attempt - 1)))
    }
}
