// SPDX-License-Identifier: Apache-2.0

/// Date and time as a clock on a wall shows them, in whole seconds since 1970-01-01 00:00 of that clock. Without time zones and leap
/// seconds, so that differences are what the clock of a lock counts.
public struct CivilTime: Sendable, Hashable {
    /// Seconds since 1970-01-01 00:00 of the same clock; negative before.
    public var seconds: Int

    public init(seconds: Int) { self.seconds = seconds }

    /// Midnight at the start of a day of the Gregorian calendar; `nil` for a day that is none.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        seconds = Self.days(year: year, month: month, day: day) * 86_400
        guard date == (year, month, day) else { return nil }
    }

    /// A moment of a day; `nil` for a day or a time that is none. A leap second (60) is the second after.
    public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard let midnight = CivilTime(year: year, month: month, day: day), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        seconds = midnight.seconds + hour * 3600 + minute * 60 + second
    }

    /// Years are counted from March, so that the leap day is the last one; an era has 400 years.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let era = Self.floorDivision(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public var date: (year: Int, month: Int, day: Int) {
        let shifted = Self.floorDivision(seconds, 86_400) + 719_468
        let era = Self.floorDivision(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private var secondOfDay: Int { seconds - Self.floorDivision(seconds, 86_400) * 86_400 }
    public var hour: Int { secondOfDay / 3600 }
    public var minute: Int { secondOfDay / 60 % 60 }
    public var second: Int { secondOfDay % 60 }
    /// From 1.
    public var dayOfYear: Int { (seconds - Self.days(year: date.year, month: 1, day: 1) * 86_400) / 86_400 + 1 }

    /// Rounds down, for numbers before 1970 too.
    public static func floorDivision(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
}
