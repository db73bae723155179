// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A calendar day in the hotel's own time zone: "the day after tomorrow at eleven" is not a number of seconds.
struct HotelDay {
    private let calendar: Calendar
    private let noon: Date

    /// - Parameter timeZone: IANA name; UTC where this machine does not know it.
    init(of moment: Date, timeZone: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timeZone) ?? .gmt
        self.calendar = calendar
        noon = calendar.date(bySettingHour: 12, minute: 0, second: 0, of: moment) ?? moment
    }

    /// That many days on, at the full hour of the clock on the wall.
    func moment(plusDays days: Int, hour: Int) -> Date {
        let day = calendar.date(byAdding: .day, value: days, to: noon) ?? noon
        return calendar.date(bySettingHour: hour, minute: 0, second: 0, of: day) ?? day
    }
}
