// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Time as the bridge sees it: handed in wherever time matters, so that an hour passes in a moment under test.
public struct Timekeeper: Sendable {
    /// The wall clock: for dates that people and other programs read. It may step.
    public var now: @Sendable () -> Date
    /// Counts on whatever happens to the wall clock, from a beginning of its own.
    public var uptime: @Sendable () -> Duration
    /// Throws `CancellationError` when its task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    private let beginning: ContinuousClock.Instant

    public init(
        now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void, beginning: ContinuousClock.Instant = .now
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
        self.beginning = beginning
    }

    /// ``uptime`` as an instant: what ports take as a deadline.
    public var moment: ContinuousClock.Instant { beginning + uptime() }

    /// The clocks of this machine.
    public static let system: Timekeeper = {
        let start = ContinuousClock.now
        return Timekeeper(
            now: { Date() }, uptime: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) }, beginning: start)
    }()
}
