// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Turns instants into what a lock reads on its own clock, in the property's time zone and never the host's.
struct WallClock: Sendable {
    /// The fault behind a `nil` of ``start(_:)`` and ``end(_:)``.
    static var outOfRange: Fault {
        Fault(
            .rejected(reason: "the dates of the stay are outside the years 2000 to 2099 that this lock system can write"),
            cause: .wrongDates)
    }

    /// What the lock's times are whole numbers of, in seconds: 60 or 3600.
    let step: Int
    let timeZone: TimeZone

    /// The end of a key.
    struct End: Sendable, Hashable {
        var time: WallTime
        /// What a person should know, where the key ends later than was asked.
        var remark: Remark?
    }

    /// The beginning, rounded down: a guest is never locked out at check-in. `nil` outside 2000 to 2099.
    func start(_ instant: Date) -> WallTime? {
        guard let wanted = seconds(instant) else { return nil }
        var moment = wanted
        // Twice at most: going back an odd number of minutes may cross a change of the clocks.
        for _ in 0..<2 { moment -= offsetIntoStep(moment) }
        return wall(moment)
    }

    /// The end, rounded **up** in real time: a key never ends before it was sold to. `nil` outside 2000 to 2099.
    ///
    /// When the clocks are put back, one hour is shown twice and the lock takes the first. So an end in the second one is moved
    /// on to the first wall time that cannot be read as earlier.
    func end(_ instant: Date) -> End? {
        guard let wanted = seconds(instant) else { return nil }
        var moment = wanted
        for _ in 0..<2 where offsetIntoStep(moment) > 0 { moment += step - offsetIntoStep(moment) }
        var movedByClockChange = false
        while firstReading(of: moment) < wanted {
            moment += step
            movedByClockChange = true
        }
        guard let time = wall(moment) else { return nil }
        guard moment - wanted >= 60 else { return End(time: time) }
        let (given, asked) = spoken(moment, beside: wanted)
        return End(time: time, remark: .endsLater(given: given, asked: asked, movedByClockChange ? .clocksPutBack : .wholeHours))
    }

    /// The first instant at which the wall clock shows what it shows at `moment`.
    private func firstReading(of moment: Int) -> Int {
        let before = offset(at: moment - 3 * 3600)
        let earlier = moment - (before - offset(at: moment))
        return earlier < moment && offset(at: earlier) == before ? earlier : moment
    }

    private func offsetIntoStep(_ moment: Int) -> Int {
        let local = moment + offset(at: moment)
        return ((local % step) + step) % step
    }

    private func offset(at moment: Int) -> Int {
        timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
    }

    /// Whole seconds: a fraction of one must not make a minute more of it, nor the thousandth that a PMS' arithmetic loses a minute less.
    /// `nil` where two digits cannot tell the year, so that no wild date reaches the arithmetic.
    private func seconds(_ instant: Date) -> Int? {
        let seconds = instant.timeIntervalSince1970
        guard seconds.isFinite, (946_684_800 - 86_400...4_102_444_800 + 86_400).contains(seconds) else { return nil }
        return Int((seconds + 0.001).rounded(.down))
    }

    private func wall(_ moment: Int) -> WallTime? {
        let time = WallTime(moment, in: timeZone)
        return (2000...2099).contains(time.year) ? time : nil
    }

    /// `12:00` beside `11:30`, with dates where they differ.
    private func spoken(_ moment: Int, beside wanted: Int) -> (given: String, asked: String) {
        let (given, asked) = (WallTime(moment, in: timeZone), WallTime(wanted, in: timeZone))
        return given.date == asked.date
            ? (given.clock, asked.clock) : ("\(given.date) \(given.clock)", "\(asked.date) \(asked.clock)")
    }
}

/// What a wall clock and a calendar show.
struct WallTime: Sendable, Hashable {
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

func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
}
