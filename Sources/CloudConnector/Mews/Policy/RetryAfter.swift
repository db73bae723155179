// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The `Retry-After` header: seconds, or a date in one of HTTP's forms of which only the current one is read.
enum RetryAfter {
    /// Longest wait that is taken from a header; a longer one would leave a hotel without keys over a slip of somebody's proxy.
    static let longest: Duration = .seconds(15 * 60)

    /// - Parameter now: the date of the answer, by the clock that made the header.
    static func parse(_ header: String?, now: Date) -> Duration? {
        guard let header = header?.trimmingCharacters(in: .whitespaces), !header.isEmpty else { return nil }
        if header.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than fit a number are a long time.
            return min(longest, .seconds(Int(header) ?? .max))
        }
        guard let date = date(header) else { return nil }
        let seconds = date.timeIntervalSince(now)
        return min(longest, max(.zero, .seconds(seconds)))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Wed, 21 Oct 2015 07:28:00 GMT`
    static func date(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        var day = Digits(String(parts[1]))
        var year = Digits(String(parts[3]))
        var time = Digits(String(parts[4]))
        guard let dayNumber = day.number(2), day.isEmpty, let yearNumber = year.number(4), year.isEmpty,
            let hour = time.number(2), time.take(":"), let minute = time.number(2), time.take(":"), let second = time.number(2),
            time.isEmpty,
            let seconds = Civil.seconds(year: yearNumber, month: month + 1, day: dayNumber, hour: hour, minute: minute, second: second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
