// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Dates and times of these protocols are the hotel's wall clock, without a zone.
struct HotelTime: Sendable {
    let zone: TimeZone
    /// A key for one opening that names no end is of no use to anybody a day later.
    static let oneShot: TimeInterval = 86_400

    /// `YYMMDD` with an hour and a minute; `nil` for what is no date. In a night that skips the time, the first moment after.
    func instant(date: String, hour: Int, minute: Int) -> Date? {
        guard let digits = Self.digits(date, count: 6) else { return nil }
        return instant(
            year: 2000 + digits[0] * 10 + digits[1], month: digits[2] * 10 + digits[3], day: digits[4] * 10 + digits[5], hour: hour,
            minute: minute)
    }

    func instant(year: Int, month: Int, day: Int, hour: Int, minute: Int) -> Date? {
        guard (1...12).contains(month), (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        func instant(_ hour: Int, _ minute: Int) -> Date? {
            calendar.date(from: DateComponents(year: year, month: month, day: day, hour: hour, minute: minute))
        }
        // The 31st of February would be a day in March. Every day has its noon; in some zones there is a day a year without a midnight.
        guard let noon = instant(12, 0), calendar.component(.day, from: noon) == day else { return nil }
        return instant(hour, minute)
    }

    /// In the night when the clocks go back an hour comes twice: a key's end there is the later of the two, so that no guest is locked out
    /// an hour early.
    func later(_ instant: Date) -> Date {
        guard let change = zone.nextDaylightSavingTimeTransition(after: instant), change.timeIntervalSince(instant) < 86_400 else {
            return instant
        }
        let before = zone.secondsFromGMT(for: instant)
        let again = instant.addingTimeInterval(TimeInterval(before - zone.secondsFromGMT(for: change)))
        // Only where the same wall time comes once more.
        return again > instant && again >= change && zone.secondsFromGMT(for: again) != before ? again : instant
    }

    /// `11:00`, `1100`, `110000`.
    static func clock(_ text: String) -> (hour: Int, minute: Int)? {
        let plain = text.filter { $0 != ":" }
        guard [4, 6].contains(plain.count), let digits = digits(plain, count: plain.count) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        return (0...23).contains(hour) && (0...59).contains(minute) ? (hour, minute) : nil
    }

    /// `YYMMDD` of an instant.
    func date(_ instant: Date) -> String { text(instant, "yyMMdd") }
    /// `30.11. 11:00`
    func spoken(_ instant: Date) -> String { text(instant, "dd.MM. HH:mm") }

    func text(_ instant: Date, _ pattern: String) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = zone
        format.dateFormat = pattern
        return format.string(from: instant)
    }

    static func digits(_ text: String, count: Int) -> [Int]? {
        let digits = text.compactMap { $0.isASCII ? $0.wholeNumberValue : nil }
        return digits.count == count && text.count == count ? digits : nil
    }
}
