// SPDX-License-Identifier: Apache-2.0

/// How a layout writes a text or a number. What does not fit is an objection in words, never cut off silently.
struct FieldFormat: Sendable, Hashable {
    enum Coding: Sendable, Hashable {
        /// The characters as they are.
        case characters
        /// Decimal digits, with zeros in front up to this many.
        case digits(Int)
        /// Hex digits of a number, with zeros in front up to this many.
        case hex(Int)
        /// A number in so many bytes.
        case bigEndian(Int)
        case littleEndian(Int)
        /// Two decimal digits a byte, with zeros in front; `nil`: as many bytes as the digits fill.
        case packed(Int?)
    }

    /// To a width that is always the same.
    struct Padding: Sendable, Hashable {
        var width: Int
        var with: UInt8
        /// The padding stands in front.
        var inFront: Bool
        /// What is too long is cut off at the end, because the layout says so.
        var cuts: Bool
    }

    var coding = Coding.characters
    var padding: Padding?
    var upperCase = false

    struct Objection: Error, Hashable {
        /// Continues "the field until ...".
        let text: String
    }

    /// Bytes that it gives, whatever the value; `nil`: it depends.
    var length: Int? {
        if let padding { return padding.width }
        return switch coding {
        case .characters, .packed(nil): nil
        case .digits(let count), .hex(let count), .bigEndian(let count), .littleEndian(let count), .packed(.some(let count)): count
        }
    }

    func bytes(of text: [UInt8]) throws(Objection) -> [UInt8] {
        let text = upperCase ? text.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 0x20 : $0 } : text
        switch coding {
        case .characters: return try padded(text)
        case .digits(let count):
            try requireDigits(text)
            return try padded(try leadingZeros(text, to: count))
        case .packed(let count):
            try requireDigits(text)
            var digits = text.map { $0 - UInt8(ascii: "0") }
            let width = 2 * (count ?? (digits.count + 1) / 2)
            if digits.count > width { throw Objection(text: "has \(digits.count) digits, \(width) fit into its \(width / 2) bytes") }
            digits = [UInt8](repeating: 0, count: width - digits.count) + digits
            return stride(from: 0, to: width, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        case .hex, .bigEndian, .littleEndian:
            try requireDigits(text)
            guard let number = UInt64(String(decoding: text, as: UTF8.self)) else { throw Objection(text: "is too large a number") }
            return try bytes(of: number)
        }
    }

    func bytes(of number: UInt64) throws(Objection) -> [UInt8] {
        switch coding {
        case .characters, .digits, .packed: return try bytes(of: Array(String(number).utf8))
        case .hex(let count):
            return try padded(try leadingZeros(Array(String(number, radix: 16, uppercase: true).utf8), to: count))
        case .bigEndian(let count): return try Self.big(number, count)
        case .littleEndian(let count): return try Self.big(number, count).reversed()
        }
    }

    private static func big(_ number: UInt64, _ count: Int) throws(Objection) -> [UInt8] {
        guard count >= 8 || number >> (8 * UInt64(count)) == 0 else { throw Objection(text: "is too large for \(count) bytes") }
        return (0..<count).reversed().map { place in place < 8 ? UInt8(truncatingIfNeeded: number >> (8 * UInt64(place))) : 0 }
    }

    private func requireDigits(_ text: [UInt8]) throws(Objection) {
        guard !text.isEmpty, text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw Objection(text: "must be digits only for this layout")
        }
    }

    private func leadingZeros(_ digits: [UInt8], to count: Int) throws(Objection) -> [UInt8] {
        if digits.count > count { throw Objection(text: "has \(digits.count) digits, the layout has room for \(count)") }
        return [UInt8](repeating: UInt8(ascii: "0"), count: count - digits.count) + digits
    }

    private func padded(_ text: [UInt8]) throws(Objection) -> [UInt8] {
        guard let padding else { return text }
        if text.count > padding.width {
            guard padding.cuts else {
                throw Objection(text: "has \(text.count) characters, the layout has room for \(padding.width)")
            }
            return Array(text.prefix(padding.width))
        }
        let rest = [UInt8](repeating: padding.with, count: padding.width - text.count)
        return padding.inFront ? rest + text : text + rest
    }
}
