// SPDX-License-Identifier: Apache-2.0

/// Exponential back-off with full jitter: the n-th wait in a row is a random time between nothing and a ceiling that doubles.
///
/// | attempt | 1 | 2 | 3 | 4 | 5 | 6 and more |
/// | --- | --- | --- | --- | --- | --- | --- |
/// | ceiling | 1 s | 2 s | 4 s | 8 s | 16 s | 20 s |
///
/// The jitter spreads the hotels of a town that all lost the same line. The ceiling is what a clerk waits at most after Mews is back:
/// as long as a PMS waits for a key.
public struct JitteredBackoff: Sendable, Hashable {
    public var first: Duration
    public var ceiling: Duration

    public init(first: Duration = .seconds(1), ceiling: Duration = .seconds(20)) {
        self.first = first
        self.ceiling = ceiling
    }

    /// The longest wait before try `attempt` (from 1).
    public func longest(_ attempt: Int) -> Duration {
        // 2^20 times anything is beyond every ceiling; the bound keeps the shift small.
        min(ceiling, first * (1 << min(max(attempt - 1, 0), 20)))
    }

    /// - Parameter random: a number from 0 up to, not including, 1.
    public func wait(_ attempt: Int, random: Double) -> Duration {
        longest(attempt) * min(max(random, 0), 1)
    }
}
