// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Mews' clock: its time when it last told it, plus what a monotonic clock has counted since. This machine's own wall clock has no part
/// in it, so it may be years off, and may be set right in the middle of a stay, without an order growing older or younger.
struct MewsClock: Sendable, Hashable {
    /// More than this between the clocks is worth a warning: whoever reads a log or a card goes by this machine's.
    static let worthWarning: TimeInterval = 60

    private enum Source: Sendable { case header, body }

    private var source: Source?
    /// Mews' time when the monotonic clock stood at zero.
    private var atZero = Date.distantPast
    private(set) var measuredAt: Duration?

    /// `NowUtc` of configuration/get. The answer is taken to have been made half-way between sending and receiving.
    mutating func heard(_ theirs: Date, sent: Duration, received: Duration) {
        take(theirs, at: sent + (received - sent) / 2, .body)
    }

    /// The `Date` header of an answer of Mews' own, for where configuration/get cannot be had (the form of 2015): whole seconds, cut off.
    mutating func heard(header: String?, at received: Duration) {
        guard source != .body, let date = RetryAfter.date(header ?? "") else { return }
        take(date.addingTimeInterval(0.5), at: received, .header)
    }

    private mutating func take(_ theirs: Date, at uptime: Duration, _ source: Source) {
        self.source = source
        atZero = theirs.addingTimeInterval(-uptime.seconds)
        measuredAt = uptime
    }

    /// `nil` until Mews has told its time.
    func now(at uptime: Duration) -> Date? { source == nil ? nil : atZero.addingTimeInterval(uptime.seconds) }

    /// How far Mews' clock is ahead of a wall clock, in seconds.
    func ahead(of wall: Date, at uptime: Duration) -> TimeInterval? { now(at: uptime)?.timeIntervalSince(wall) }
}

/// Notices that this machine's wall clock was set: wall clock and monotonic clock then part.
struct WallClockWatch: Sendable {
    /// Smaller steps are the slewing of NTP, or the slowness of two readings.
    static let smallest: TimeInterval = 2

    private var offset: TimeInterval?

    /// - Returns: by how many seconds the wall clock was set forward since the last look; `nil` if it was not.
    mutating func look(wall: Date, uptime: Duration) -> TimeInterval? {
        let now = wall.timeIntervalSince1970 - uptime.seconds
        guard let before = offset else {
            offset = now
            return nil
        }
        offset = now
        let step = now - before
        return abs(step) >= Self.smallest ? step : nil
    }
}
