// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How a product of the family writes a moment: the hotel's wall clock, without a zone.
enum DateLayout: String, Sendable, CaseIterable {
    /// `hhmmDDMMYY`
    case minutes
    /// `HHDDMMYY`: ST40 clients send no minutes.
    case hours

    var seconds: Int { self == .minutes ? 60 : 3600 }
}

/// Turns instants into what the lock reads on its own clock, in the property's time zone and never the host's.
struct LockClock: Sendable {
    let layout: DateLayout
    let timeZone: TimeZone

    /// The end of a key as it goes out.
    struct End: Sendable, Hashable {
        var text: String
        /// What a person should know, where the key ends later than was asked.
        var remark: String?
    }

    /// The beginning, rounded down: a guest is never locked out at check-in. `nil` outside 2000 to 2099.
    func start(_ instant: Date) -> String? {
        guard let wanted = seconds(instant, rounding: .down) else { return nil }
        var moment = wanted
        // Twice at most: going back an odd number of minutes may cross a change of the clocks.
        for _ in 0..<2 { moment -= offsetIntoStep(moment) }
        return text(moment)
    }

    /// The end, rounded **up** in real time: a key never ends before it was sold to. `nil` outside 2000 to 2099.
    ///
    /// When the clocks are put back, one hour is shown twice and the lock takes the first. So an end in the second one is moved
    /// on to the first wall time that cannot be read as earlier.
    func end(_ instant: Date) -> End? {
        guard let wanted = seconds(instant, rounding: .up) else { return nil }
        var moment = wanted
        for _ in 0..<2 where offsetIntoStep(moment) > 0 { moment += layout.seconds - offsetIntoStep(moment) }
        var movedByClockChange = false
        while firstReading(of: moment) < wanted {
            moment += layout.seconds
            movedByClockChange = true
        }
        guard let text = text(moment) else { return nil }
        guard moment - wanted >= 60 else { return End(text: text) }
        let reason = movedByClockChange ? "the clocks are put back in that night" : "this lock system knows whole hours only"
        return End(text: text, remark: "The key is valid until \(spoken(moment, beside: wanted)): \(reason).")
    }

    /// The first instant at which the wall clock shows what it shows at `moment`.
    private func firstReading(of moment: Int) -> Int {
        let before = offset(at: moment - 3 * 3600)
        let earlier = moment - (before - offset(at: moment))
        return earlier < moment && offset(at: earlier) == before ? earlier : moment
    }

    private func offsetIntoStep(_ moment: Int) -> Int {
        let local = moment + offset(at: moment)
        return ((local % layout.seconds) + layout.seconds) % layout.seconds
    }

    private func offset(at moment: Int) -> Int {
        timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
    }

    /// Whole seconds; `nil` where two digits cannot tell the year, so that no wild date reaches the arithmetic.
    private func seconds(_ instant: Date, rounding rule: FloatingPointRoundingRule) -> Int? {
        let seconds = instant.timeIntervalSince1970
        guard seconds.isFinite, (946_684_800 - 86_400...4_102_444_800 + 86_400).contains(seconds) else { return nil }
        return Int(seconds.rounded(rule))
    }

    private func text(_ moment: Int) -> String? {
        let wall = WallTime(moment, in: timeZone)
        guard (2000...2099).contains(wall.year) else { return nil }
        let clock = layout == .minutes ? twoDigits(wall.hour) + twoDigits(wall.minute) : twoDigits(wall.hour)
        return clock + twoDigits(wall.day) + twoDigits(wall.month) + twoDigits(wall.year % 100)
    }

    /// `12:00 instead of 11:30`, with dates where they differ.
    private func spoken(_ moment: Int, beside wanted: Int) -> String {
        let (given, asked) = (WallTime(moment, in: timeZone), WallTime(wanted, in: timeZone))
        return given.date == asked.date
            ? "\(given.clock) instead of \(asked.clock)" : "\(given.date) \(given.clock) instead of \(asked.date) \(asked.clock)"
    }
}

/// What a wall clock and a calendar show.
private struct WallTime {
    let year, month, day, hour, minute: Int

    init(_ moment: Int, in timeZone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: TimeInterval(moment)))
        year = parts.year ?? 0
        month = parts.month ?? 0
        day = parts.day ?? 0
        hour = parts.hour ?? 0
        minute = parts.minute ?? 0
    }

    var clock: String { twoDigits(hour) + ":" + twoDigits(minute) }
    var date: String { "\(year)-" + twoDigits(month) + "-" + twoDigits(day) }
}

private func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
}
