// SPDX-License-Identifier: Apache-2.0
import EncoderModel
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
            let time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(time.seconds - offset) + fraction)
    }

    /// In whole seconds, rounded down.
    static func text(_ date: Date) -> String {
        let time = CivilTime(seconds: Int(date.timeIntervalSince1970.rounded(.down)))
        let day = time.date
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
            + "T\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))Z"
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
