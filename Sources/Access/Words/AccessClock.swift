// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What time it is for doors: the PMS' time when it last told it, plus what a monotonic clock has counted since. This machine's wall clock
/// counts only until then, and a hand that sets it moves no code: else a year too much takes every guest's code, and a year too
/// little leaves them on.
public struct AccessClock: Sendable, Hashable {
    /// Smaller steps are the slewing of NTP, or the slowness of two readings.
    public static let smallestStep: TimeInterval = 2
    /// The PMS tells whole seconds, and its answer takes its time.
    static let slack: TimeInterval = 5
    /// A bridge that was off for longer than this is rarer than a clock that is wrong.
    static let longestAbsence: TimeInterval = 2 * 86_400

    /// The time when the monotonic clock stood at zero.
    private var atZero: Date
    /// The wall clock's.
    private var wallAtZero: Date
    private var lastSeen: Date?
    /// When that was learnt, by the monotonic clock.
    private var begunAt: Duration = .zero
    /// Whether the wall clock stood before that at the start, and was not set right since.
    private var startedBehind = false
    /// Whether the wall clock, which is all that there is until the PMS tells its time, made no sense beside the journal at the start, and
    /// was not set right since.
    public private(set) var isDoubtful = false
    /// Whether the PMS has told its time since the start, or this machine's was taken for want of one.
    public private(set) var isTold = false

    public init(wall: Date, uptime: Duration) {
        wallAtZero = wall.addingTimeInterval(-uptime.timeInterval)
        atZero = wallAtZero
    }

    public func now(at uptime: Duration) -> Date { atZero.addingTimeInterval(uptime.timeInterval) }

    /// How far this machine's wall clock is ahead of this one, in seconds.
    public var wallIsAhead: TimeInterval { wallAtZero.timeIntervalSince(atZero) }

    /// The newest moment that the journal knows of: time was that late already. A clock that stands before it starts there.
    public mutating func begin(after moment: Date?, uptime: Duration) {
        guard let moment else { return }
        lastSeen = moment
        begunAt = uptime
        isDoubtful = !makesSense(wallAtZero.addingTimeInterval(uptime.timeInterval), at: uptime)
        guard now(at: uptime) < moment else { return }
        atZero = moment.addingTimeInterval(-uptime.timeInterval)
        startedBehind = true
    }

    /// Whether a wall clock makes sense beside the journal: not before it, and not long after it by more than what has passed since.
    private func makesSense(_ wall: Date, at uptime: Duration) -> Bool {
        guard let lastSeen else { return true }
        return wall >= lastSeen && wall <= lastSeen.addingTimeInterval(Self.longestAbsence + (uptime - begunAt).timeInterval)
    }

    /// This machine's wall clock, as it was last looked at; `nil` where it stands before what the journal knows of: it is wrong.
    public func wall(at uptime: Duration) -> Date? {
        let wall = wallAtZero.addingTimeInterval(uptime.timeInterval)
        return wall >= lastSeen ?? .distantPast ? wall : nil
    }

    /// Compares with the wall clock.
    /// - Returns: by how many seconds it was set since the last look; `nil` if it was not.
    public mutating func look(wall: Date, uptime: Duration) -> TimeInterval? {
        let now = wall.addingTimeInterval(-uptime.timeInterval)
        let step = now.timeIntervalSince(wallAtZero)
        wallAtZero = now
        // A machine without a battery for its clock starts in the past, and is set right once its network is there.
        if startedBehind, !isTold, now > atZero { (atZero, startedBehind) = (now, false) }
        // One that started far ahead is set right by its network too.
        if isDoubtful, !isTold, makesSense(wall, at: uptime) { (atZero, startedBehind, isDoubtful) = (now, false, false) }
        return abs(step) >= Self.smallestStep ? step : nil
    }

    /// The PMS told its time.
    /// - Returns: by how many seconds this clock was wrong; `nil` if it was right.
    public mutating func told(_ theirs: Date, uptime: Duration) -> TimeInterval? {
        isTold = true
        isDoubtful = false
        let wrong = theirs.timeIntervalSince(now(at: uptime))
        guard abs(wrong) >= Self.slack else { return nil }
        atZero = atZero.addingTimeInterval(wrong)
        return wrong
    }
}

extension Duration {
    fileprivate var timeInterval: TimeInterval { self / .seconds(1) }
}
