// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A window as a lock that knows only the wall clock is told it: `2026-11-27 15:00:00`.
///
/// In the night when clocks go back an hour of wall time comes twice, and no such lock says which one it means. Then the window is told
/// wider, to the edge of the doubled hour: a guest is never locked out by it, and the bridge itself takes the code off at the true end.
public struct LocalWindow: Sendable, Hashable {
    public var from: String
    public var until: String

    public init(_ window: Window, in zone: TimeZone) {
        var start = window.start
        // Back to the last second that comes once.
        if let doubled = Self.doubledHour(around: start, in: zone) { start = doubled.first.addingTimeInterval(-1) }
        var end = window.end
        if let doubled = Self.doubledHour(around: end, in: zone) { end = doubled.end }
        from = Self.text(start, in: zone)
        until = Self.text(end, in: zone)
    }

    /// The wall time of an instant.
    static func text(_ moment: Date, in zone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: moment)
        func padded(_ number: Int?, _ width: Int = 2) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day)) "
            + "\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second))"
    }

    /// If the wall time of `moment` comes twice: the first instant of the doubled stretch and the first instant behind all of it.
    private static func doubledHour(around moment: Date, in zone: TimeZone) -> (first: Date, end: Date)? {
        // Zones change by at most some hours, and never twice within a day.
        guard let change = zone.nextDaylightSavingTimeTransition(after: moment.addingTimeInterval(-6 * 3600)),
            abs(change.timeIntervalSince(moment)) < 6 * 3600
        else { return nil }
        let before = zone.secondsFromGMT(for: change.addingTimeInterval(-1))
        let after = zone.secondsFromGMT(for: change)
        let doubled = TimeInterval(before - after)
        guard doubled > 0 else { return nil }
        let first = change.addingTimeInterval(-doubled)
        let end = change.addingTimeInterval(doubled)
        return first <= moment && moment < end ? (first, end) : nil
    }
}
