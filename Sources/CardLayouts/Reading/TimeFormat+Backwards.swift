// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A time read back.
extension TimeFormat {
    enum Found: Sendable, Hashable {
        /// The earliest beginning or the latest end that is written like this.
        case instant(Date)
        /// The pattern has no year, or no day: many instants are written like this.
        case several
    }

    /// Orders of other centuries are none, so content that reads like one was not written by a layout.
    private static let years = 2000...2099

    /// - Returns: `nil` where no time is written like this.
    func found(_ bytes: [UInt8], _ format: FieldFormat, isEnd: Bool, on clock: PropertyClock) -> Found? {
        guard let wall = wall(bytes, format) else { return nil }
        guard case .some(let wall) = wall else { return .several }
        guard Self.years.contains(wall.date.year) else { return nil }
        let moved = CivilTime(seconds: wall.seconds + latitude(isEnd: isEnd))
        return .instant(zone == .utc ? Date(timeIntervalSince1970: Double(moved.seconds)) : moved.instant(in: clock.timeZone))
    }

    /// How far beyond what is written the order's own time may lie. Minutes and seconds are said as they are written.
    private func latitude(isEnd: Bool) -> Int {
        guard unit > 60 else { return 0 }
        return switch rounding {
        case .nearest: isEnd ? unit / 2 : -unit / 2
        case .up: isEnd ? 0 : -unit
        case .down: isEnd ? unit : 0
        }
    }

    /// What the clock shows; `.some(nil)` where the pattern does not say enough, `nil` where it is no time.
    private func wall(_ bytes: [UInt8], _ format: FieldFormat) -> CivilTime?? {
        switch shape {
        case .count(let unit, let since):
            guard let number = format.number(from: bytes), let count = Int(exactly: number) else { return nil }
            let (seconds, isTooLarge) = count.multipliedReportingOverflow(by: unit)
            guard !isTooLarge, seconds < 1_000_000_000_000 else { return nil }
            return .some(CivilTime(seconds: since.seconds + seconds))
        case .pattern(let pieces):
            guard let text = text(bytes, format) else { return nil }
            return PatternFields(text, pieces).flatMap(\.wall)
        }
    }

    /// The characters of the pattern, without what the field's format has put around them.
    private func text(_ bytes: [UInt8], _ format: FieldFormat) -> [UInt8]? {
        guard let length else { return nil }
        guard case .characters = format.coding else {
            guard case .text(let digits)? = format.text(from: bytes), digits.count <= length else { return nil }
            return [UInt8](repeating: UInt8(ascii: "0"), count: length - digits.count) + digits
        }
        guard let padding = format.padding else { return bytes.count == length ? bytes : nil }
        guard bytes.count == padding.width else { return nil }
        // A pattern that is cut off to its first characters says less than its pieces.
        guard length <= padding.width else { return nil }
        let around = padding.inFront ? bytes.dropLast(length) : bytes.dropFirst(length)
        return around.allSatisfy { $0 == padding.with } ? Array(padding.inFront ? bytes.suffix(length) : bytes.prefix(length)) : nil
    }
}

/// The numbers of a pattern.
private struct PatternFields {
    private var numbers: [TimeFormat.Piece: Int] = [:]

    /// `nil` where the text is not of this pattern.
    init?(_ text: [UInt8], _ pieces: [TimeFormat.Piece]) {
        var rest = text[...]
        for piece in pieces {
            let bytes = rest.prefix(piece.length)
            rest = rest.dropFirst(piece.length)
            guard bytes.count == piece.length else { return nil }
            if case .sign(let sign) = piece {
                guard bytes.first == sign else { return nil }
                continue
            }
            guard bytes.allSatisfy(FieldFormat.isDigit), let number = Int(String(decoding: bytes, as: UTF8.self)),
                Self.range(of: piece).contains(number), numbers.updateValue(number, forKey: piece).map({ $0 == number }) ?? true
            else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }

    private static func range(of piece: TimeFormat.Piece) -> ClosedRange<Int> {
        switch piece {
        case .year4: 0...9999
        case .year2: 0...99
        case .month: 1...12
        case .day: 1...31
        case .dayOfYear: 1...366
        case .hour: 0...23
        case .minute, .second: 0...59
        case .sign: 0...0
        }
    }

    /// `.some(nil)` where a larger unit is missing, `nil` for a day that is none.
    var wall: CivilTime?? {
        guard let year = numbers[.year4] ?? numbers[.year2].map({ 2000 + $0 }) else { return .some(nil) }
        var days: CivilTime?
        if let month = numbers[.month], let day = numbers[.day] {
            days = CivilTime(year: year, month: month, day: day)
        } else if let dayOfYear = numbers[.dayOfYear], let start = CivilTime(year: year, month: 1, day: 1) {
            let found = CivilTime(seconds: start.seconds + (dayOfYear - 1) * 86_400)
            days = found.date.year == year ? found : nil
        } else {
            return .some(nil)
        }
        // Minutes without hours, or seconds without minutes, tell no time.
        if numbers[.hour] == nil, numbers[.minute] != nil || numbers[.second] != nil { return .some(nil) }
        if numbers[.minute] == nil, numbers[.second] != nil { return .some(nil) }
        guard let days else { return nil }
        return .some(
            CivilTime(
                seconds: days.seconds + (numbers[.hour] ?? 0) * 3600 + (numbers[.minute] ?? 0) * 60 + (numbers[.second] ?? 0)))
    }
}
