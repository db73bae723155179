// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A day, and a moment of it, on the hotel's clock.
package enum CalendarDay {
    /// `2026-11-27`, from its first moment to the next day's; `nil` for what is no day.
    package static func span(_ text: String, _ zone: TimeZone) -> (Date, Date)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]) else {
            return nil
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let components = DateComponents(calendar: calendar, year: year, month: month, day: day)
        guard components.isValidDate, let from = components.date, let until = calendar.date(byAdding: .day, value: 1, to: from) else {
            return nil
        }
        return (from, until)
    }

    /// `2026-11-27T11:00`; `nil` for what is no such time. In a night that skips it: the first moment after.
    package static func instant(_ text: String, _ zone: TimeZone) -> Date? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let (day, _) = span(parts[0], zone) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, clock.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCII) }), let hour = Int(clock[0]),
            let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.date(bySettingHour: hour, minute: minute, second: 0, of: day)
    }
}
