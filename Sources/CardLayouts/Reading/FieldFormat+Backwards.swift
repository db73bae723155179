// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// A field's bytes read back.
extension FieldFormat {
    enum Found: Sendable, Hashable {
        /// Exactly this was written, but for zeros in front of numbers and the case of letters where the layout changes it.
        case text([UInt8])
        /// Several texts are written like this.
        case several
    }

    /// - Returns: `nil` where no text is written like this.
    func text(from bytes: [UInt8]) -> Found? {
        switch coding {
        case .characters: return unpadded(bytes)
        case .digits(let count): return bytes.count == count ? digits(bytes) : nil
        case .hex(let count):
            guard bytes.count == count, let number = UInt64(String(decoding: bytes, as: UTF8.self), radix: 16),
                bytes.allSatisfy({ Self.isDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) })
            else { return nil }
            return .text(Array(String(number).utf8))
        case .bigEndian(let count), .littleEndian(let count):
            let isLittle = if case .littleEndian = coding { true } else { false }
            guard bytes.count == count, let number = Self.number(isLittle ? bytes.reversed() : bytes) else { return nil }
            return .text(Array(String(number).utf8))
        case .packed(let count):
            guard count == nil || bytes.count == count, bytes.allSatisfy({ $0 >> 4 <= 9 && $0 & 15 <= 9 }) else { return nil }
            return digits(bytes.flatMap { [UInt8(ascii: "0") + ($0 >> 4), UInt8(ascii: "0") + ($0 & 15)] })
        }
    }

    /// - Returns: `nil` where no number is written like this.
    func number(from bytes: [UInt8]) -> UInt64? {
        guard case .text(let text)? = text(from: bytes), let number = UInt64(String(decoding: text, as: UTF8.self)),
            text.allSatisfy(Self.isDigit), let written = try? self.bytes(of: number), written == bytes
        else { return nil }
        return number
    }

    /// How many digits a number may have had, zeros in front of it included, of which none is left; `nil` where each stays as it is.
    var digitsWithZeros: Int? {
        switch coding {
        case .characters:
            guard let padding, padding.inFront, padding.with == UInt8(ascii: "0") else { return nil }
            return padding.width
        case .digits(let count): return count
        case .packed(let count): return count.map { 2 * $0 } ?? Self.digitsOfARoom
        case .hex(let count): return Self.digits(ofBits: 4 * count)
        case .bigEndian(let count), .littleEndian(let count): return Self.digits(ofBits: 8 * count)
        }
    }

    /// No width says how many: as many as a large hotel needs.
    private static let digitsOfARoom = 6

    /// Of the largest number in so many bits.
    private static func digits(ofBits bits: Int) -> Int { bits >= 64 ? 20 : String((UInt64(1) << UInt64(bits)) - 1).count }

    private func unpadded(_ bytes: [UInt8]) -> Found? {
        if upperCase, bytes.contains(where: { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) { return nil }
        guard let padding else { return .text(bytes) }
        guard bytes.count == padding.width else { return nil }
        let end = (bytes.lastIndex { $0 != padding.with } ?? -1) + 1
        let rest = padding.inFront ? bytes.drop { $0 == padding.with } : bytes[..<end]
        // A text that fills the place may have been cut off.
        if rest.count == bytes.count { return padding.cuts ? .several : .text(bytes) }
        if rest.isEmpty { return .text([]) }
        // A room 10 padded to 1000 could be a room 100: only signs and blanks, and zeros in front of a number, are surely padding.
        let isBlank = !Self.isDigit(padding.with) && !Self.isLetter(padding.with)
        let isZero = padding.inFront && padding.with == UInt8(ascii: "0") && rest.allSatisfy(Self.isDigit)
        return isBlank || isZero ? .text(Array(rest)) : .several
    }

    private func digits(_ digits: [UInt8]) -> Found? {
        guard digits.allSatisfy(Self.isDigit), !digits.isEmpty else { return nil }
        let rest = digits.drop { $0 == UInt8(ascii: "0") }
        return .text(rest.isEmpty ? [UInt8(ascii: "0")] : Array(rest))
    }

    private static func number(_ big: [UInt8]) -> UInt64? {
        let rest = big.drop { $0 == 0 }
        guard rest.count <= 8 else { return nil }
        return rest.reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
