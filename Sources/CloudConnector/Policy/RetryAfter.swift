// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The `Retry-After` header: seconds, or a date in one of HTTP's three forms (RFC 9110, section 5.6.7).
enum RetryAfter {
    /// Longest wait that is taken from a header; a longer one would leave a hotel without keys over a slip of somebody's proxy.
    static let longest: Duration = .seconds(15 * 60)

    /// - Parameter now: the date of the answer, by the clock that made the header.
    static func parse(_ header: String?, now: Date) -> Duration? {
        guard let header = header?.trimmingCharacters(in: .whitespaces), !header.isEmpty else { return nil }
        if let seconds = seconds(header) { return seconds }
        guard let date = date(header) else { return nil }
        let seconds = date.timeIntervalSince(now)
        return min(longest, max(.zero, .seconds(seconds)))
    }

    /// Digits, and a fraction although no standard has one: waiting less than was asked for is refused once more.
    private static func seconds(_ text: String) -> Duration? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let seconds = Double(text)
        else { return nil }
        return seconds < longest.seconds ? .seconds(seconds) : longest
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Wed, 21 Oct 2015 07:28:00 GMT`, `Wednesday, 21-Oct-15 07:28:00 GMT` or `Wed Oct 21 07:28:00 2015`.
    static func date(_ text: String) -> Date? {
        var parts = text.split(separator: " ").map(String.init)
        switch parts.count {
        case 6 where parts[0].hasSuffix(",") && parts[5] == "GMT":
            return date(year: parts[3], month: parts[2], day: parts[1], time: parts[4])
        case 4 where parts[0].hasSuffix(",") && parts[3] == "GMT":
            parts = parts[1].split(separator: "-").map(String.init) + [parts[2]]
            guard parts.count == 4, parts[2].utf8.count == 2 else { return nil }
            return date(year: "20" + parts[2], month: parts[1], day: parts[0], time: parts[3])
        case 5:
            let day = parts[2].utf8.count == 1 ? "0" + parts[2] : parts[2]
            return date(year: parts[4], month: parts[1], day: day, time: parts[3])
        default:
            return nil
        }
    }

    private static func date(year: String, month: String, day: String, time: String) -> Date? {
        var (years, days, clock) = (Digits(year), Digits(day), Digits(time))
        guard let month = months.firstIndex(of: month), let day = days.number(2), days.isEmpty, let year = years.number(4), years.isEmpty,
            let hour = clock.number(2), clock.take(":"), let minute = clock.number(2), clock.take(":"), let second = clock.number(2),
            clock.isEmpty, let moment = CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(moment.seconds))
    }
}
