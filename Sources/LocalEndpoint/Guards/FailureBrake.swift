// SPDX-License-Identifier: Apache-2.0

/// Slows down whoever sends unknown tokens. On loopback all clients look alike, so a right token always passes: nobody can lock the
/// desk out by guessing. That guessing is hopeless is owed to the length of the tokens, not to the brake.
struct FailureBrake {
    static let free = 5
    static let longestPause = 60
    /// Seconds without a failure after which all is forgotten.
    static let memory = 300

    private var failures = 0
    private var last: ContinuousClock.Instant?
    private var pauseEnds: ContinuousClock.Instant?

    /// Whether the pause that was announced goes on: what comes in it is no news for the log.
    func isPausing(at now: ContinuousClock.Instant) -> Bool { pauseEnds.map { now < $0 } ?? false }

    /// Counts an unknown token.
    /// - Returns: the seconds that this client must wait before it is listened to again; `nil` while the tries are free.
    mutating func failed(at now: ContinuousClock.Instant) -> Int? {
        if let pauseEnds, now < pauseEnds { return Self.wholeSeconds(pauseEnds - now) }
        if let last, last.duration(to: now) > .seconds(Self.memory) { failures = 0 }
        last = now
        failures += 1
        guard failures > Self.free else { return nil }
        let pause = min(1 << min(failures - Self.free - 1, 6), Self.longestPause)
        pauseEnds = now.advanced(by: .seconds(pause))
        return pause
    }

    private static func wholeSeconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
