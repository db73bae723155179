// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Instants as the API writes them: RFC 3339 (`2026-11-23T11:00:00Z`), and RFC 9110 for the Date header. Plain arithmetic on the
/// Gregorian calendar in UTC; no locale, no time zone database, no cache that ticks.
enum InternetTime {
    /// UTC with `Z`; milliseconds only where there are some. Years outside 0000 to 9999 are cut to the nearest that can be written.
    static func text(_ date: Date) -> String {
        let fields = Fields(date)
        let fraction = fields.millisecond == 0 ? "" : "." + padded(fields.millisecond, 3)
        return "\(padded(fields.year, 4))-\(padded(fields.month, 2))-\(padded(fields.day, 2))"
            + "T\(padded(fields.hour, 2)):\(padded(fields.minute, 2)):\(padded(fields.second, 2))\(fraction)Z"
    }

    /// `Sat, 21 Nov 2026 10:50:23 GMT`.
    static func headerText(_ date: Date) -> String {
        let fields = Fields(date)
        return "\(weekdays[fields.weekday]), \(padded(fields.day, 2)) \(months[fields.month - 1]) \(padded(fields.year, 4)) "
            + "\(padded(fields.hour, 2)):\(padded(fields.minute, 2)):\(padded(fields.second, 2)) GMT"
    }

    /// Reads RFC 3339: date, `T`, time with seconds, perhaps a fraction, then `Z` or an offset. A time without a zone is `nil`: a key
    /// that ends an hour early or late is worse than a refusal.
    static func date(_ text: String) -> Date? {
        var scan = Scanner(bytes: Array(text.utf8.prefix(64)))
        guard let year = scan.number(4), scan.take("-"), let month = scan.number(2), scan.take("-"), let day = scan.number(2),
            scan.take("T") || scan.take("t"),
            let hour = scan.number(2), scan.take(":"), let minute = scan.number(2), scan.take(":"), let second = scan.number(2)
        else { return nil }
        var fraction = 0.0
        if scan.take(".") {
            guard let digits = scan.fraction() else { return nil }
            fraction = digits
        }
        var offset = 0
        if !(scan.take("Z") || scan.take("z")) {
            let east = scan.take("+")
            guard east || scan.take("-"), let hours = scan.number(2), scan.take(":"), let minutes = scan.number(2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (east ? 60 : -60)
        }
        guard scan.isAtEnd, (1...12).contains(month), day >= 1, day <= daysIn(month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = dayNumber(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1 January 1970. Counts in years that begin in March, so that the leap day is the last of its year.
    static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = (month + 9) % 12
        let leapDays = floorDivide(marchYear, 4) - floorDivide(marchYear, 100) + floorDivide(marchYear, 400)
        return 365 * marchYear + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
    }

    private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }

    private struct Fields {
        var year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0, weekday = 0

        init(_ date: Date) {
            // 0000-01-01 to the last millisecond of 9999; also keeps infinities and NaN away from Int.
            let exact = (date.timeIntervalSince1970 * 1000).rounded()
            let milliseconds = exact.isNaN ? 0 : Int(min(max(exact, -62_167_219_200_000), 253_402_300_799_999))
            let days = floorDivide(milliseconds, 86_400_000)
            var rest = milliseconds - days * 86_400_000
            (hour, rest) = rest.quotientAndRemainder(dividingBy: 3_600_000)
            (minute, rest) = rest.quotientAndRemainder(dividingBy: 60_000)
            (second, millisecond) = rest.quotientAndRemainder(dividingBy: 1000)
            weekday = ((days + 4) % 7 + 7) % 7
            // The first guess is at most a year off.
            year = 1970 + floorDivide(days * 400, 146_097)
            while dayNumber(year, 1, 1) > days { year -= 1 }
            while dayNumber(year + 1, 1, 1) <= days { year += 1 }
            month = 12
            while dayNumber(year, month, 1) > days { month -= 1 }
            day = days - dayNumber(year, month, 1) + 1
        }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0
        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
            position += 1
            return true
        }

        /// Exactly `count` decimal digits.
        mutating func number(_ count: Int) -> Int? {
            guard position + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[position..<position + count] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            position += count
            return value
        }

        /// One to nine digits after the point.
        mutating func fraction() -> Double? {
            var value = 0.0
            var scale = 1.0
            let start = position
            while position < bytes.count, (48...57).contains(bytes[position]) {
                value = value * 10 + Double(bytes[position] - 48)
                scale *= 10
                position += 1
            }
            return (1...9).contains(position - start) ? value / scale : nil
        }
    }
}
