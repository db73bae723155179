// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// How a layout writes an instant.
struct TimeFormat: Sendable, Hashable {
    enum Shape: Sendable, Hashable {
        /// Digits after a pattern.
        case pattern([Piece])
        /// Whole units since an instant of the same clock.
        case count(unit: Int, since: CivilTime)
    }

    /// A piece of a pattern.
    enum Piece: Sendable, Hashable {
        case year4, year2, month, day, dayOfYear, hour, minute, second
        case sign(UInt8)
    }

    enum Zone: String, Sendable, Hashable, CaseIterable { case property, utc }
    enum Rounding: String, Sendable, Hashable, CaseIterable { case up, down, nearest }

    var shape: Shape
    var zone: Zone
    var rounding: Rounding

    /// A number or digits.
    enum Written: Sendable, Hashable {
        case text([UInt8])
        case number(Int)
    }

    /// Seconds of the smallest unit that is written; what is smaller is rounded.
    var unit: Int {
        switch shape {
        case .count(let unit, _): unit
        case .pattern(let pieces):
            if pieces.contains(.second) {
                1
            } else if pieces.contains(.minute) {
                60
            } else if pieces.contains(.hour) {
                3600
            } else {
                86_400
            }
        }
    }

    /// Characters of a pattern; `nil` for a number.
    var length: Int? {
        guard case .pattern(let pieces) = shape else { return nil }
        return pieces.reduce(0) { $0 + $1.length }
    }

    /// Rounding up or down is by the clock that is written, not by UTC: half-hour zones have half-hour days too.
    func written(_ instant: Date, on clock: PropertyClock) -> Written {
        let whole = instant.timeIntervalSince1970
        // A date of an order is a number of seconds that Int holds many times over; anything else is cut off here.
        let bounded = min(max(whole, -1e11), 1e12)
        // A lock that counts seconds gets the next one; where minutes are counted, a fraction of a second makes no minute more.
        let seconds = Int(unit == 1 && rounding == .up ? bounded.rounded(.up) : (bounded + 0.001).rounded(.down))
        let offset = zone == .utc ? 0 : clock.timeZone.secondsFromGMT(for: instant)
        var time = CivilTime(seconds: seconds + offset)
        let start: Int
        if case .count(_, let since) = shape { start = since.seconds } else { start = 0 }
        let units = Self.units(time.seconds - start, of: unit, rounding)
        switch shape {
        case .count: return .number(units)
        case .pattern(let pieces):
            time.seconds = units * unit
            return .text(pieces.flatMap { $0.digits(time) })
        }
    }

    private static func units(_ seconds: Int, of unit: Int, _ rounding: Rounding) -> Int {
        switch rounding {
        case .down: CivilTime.floorDivision(seconds, unit)
        case .up: CivilTime.floorDivision(seconds + unit - 1, unit)
        case .nearest: CivilTime.floorDivision(seconds + unit / 2, unit)
        }
    }
}

extension TimeFormat.Piece {
    private static let words: [(String, Self)] = [
        ("YYYY", .year4), ("YY", .year2), ("MM", .month), ("DDD", .dayOfYear), ("DD", .day), ("hh", .hour), ("mm", .minute),
        ("ss", .second),
    ]

    /// The pieces of `YYMMDDhhmm`; `nil` where a letter stands for nothing, or a date could not be read back.
    static func pieces(of pattern: String) -> [Self]? {
        var rest = Substring(pattern)
        var pieces: [Self] = []
        while let letter = rest.first {
            if let (word, piece) = words.first(where: { rest.hasPrefix($0.0) }) {
                pieces.append(piece)
                rest = rest.dropFirst(word.count)
            } else if let byte = letter.asciiValue, (0x20...0x7E).contains(byte), !letter.isLetter {
                pieces.append(.sign(byte))
                rest = rest.dropFirst()
            } else {
                return nil
            }
        }
        return pieces.contains { if case .sign = $0 { false } else { true } } ? pieces : nil
    }

    var length: Int {
        switch self {
        case .year4: 4
        case .dayOfYear: 3
        case .year2, .month, .day, .hour, .minute, .second: 2
        case .sign: 1
        }
    }

    func digits(_ time: CivilTime) -> [UInt8] {
        let value =
            switch self {
            case .year4: time.date.year
            case .year2: time.date.year % 100
            case .month: time.date.month
            case .day: time.date.day
            case .dayOfYear: time.dayOfYear
            case .hour: time.hour
            case .minute: time.minute
            case .second: time.second
            case .sign: 0
            }
        if case .sign(let byte) = self { return [byte] }
        let digits = Array(String(abs(value)).utf8.suffix(length))
        return [UInt8](repeating: UInt8(ascii: "0"), count: length - digits.count) + digits
    }
}
