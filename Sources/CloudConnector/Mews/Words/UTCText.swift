// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Instants as Mews writes them: `2016-02-20T13:00:00Z`. Fractions of a second and numeric offsets are read too; a time without
/// an offset is taken as UTC, because every such field of the API is named `...Utc`.
enum UTCText {
    static func parse(_ text: String) -> Date? {
        var rest = Digits(text)
        guard let year = rest.number(4), rest.take("-"), let month = rest.number(2), rest.take("-"), let day = rest.number(2),
            rest.take("T") || rest.take("t") || rest.take(" "),
            let hour = rest.number(2), rest.take(":"), let minute = rest.number(2)
        else { return nil }
        var second = 0
        var fraction = 0.0
        if rest.take(":") {
            guard let number = rest.number(2) else { return nil }
            second = number
            if rest.take(".") || rest.take(",") {
                guard let part = rest.fraction() else { return nil }
                fraction = part
            }
        }
        var offset = 0
        if !rest.isEmpty, !rest.take("Z"), !rest.take("z") {
            guard let sign = rest.sign(), let hours = rest.number(2) else { return nil }
            _ = rest.take(":")
            let minutes = rest.number(2) ?? 0
            guard hours < 24, minutes < 60 else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        guard rest.isEmpty,
            let seconds = Civil.seconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds - offset) + fraction)
    }

    /// In whole seconds, rounded down.
    static func text(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let day = Civil.date(ofDay: Int((Double(seconds) / 86_400).rounded(.down)))
        let time = ((seconds % 86_400) + 86_400) % 86_400
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
            + "T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))Z"
    }
}

/// Reads fixed-width numbers off the front of a text.
struct Digits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isEmpty: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest.removeFirst(word.utf8.count)
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        var value = 0
        for byte in rest.prefix(width) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        rest.removeFirst(width)
        return value
    }

    /// The digits behind a decimal point; those beyond the ninth do not count.
    mutating func fraction() -> Double? {
        var value = 0.0
        var scale = 0.1
        var count = 0
        while let byte = rest.first, (0x30...0x39).contains(byte) {
            if count < 9 { value += Double(byte - 0x30) * scale }
            scale /= 10
            count += 1
            rest.removeFirst()
        }
        return count == 0 ? nil : value
    }

    mutating func sign() -> Int? { take("+") ? 1 : take("-") ? -1 : nil }
}

/// Days of the proleptic Gregorian calendar, counted from 1970-01-01; no time zone and no locale involved.
enum Civil {
    static func seconds(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return self.day(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Years begin in March here, so that the leap day is the last of the year.
    static func day(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = Int((Double(shifted) / 146_097).rounded(.down))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
