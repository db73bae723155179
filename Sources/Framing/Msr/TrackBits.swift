// SPDX-License-Identifier: Apache-2.0

/// Tracks of a magnetic stripe as bits, in the order in which they pass the head.
///
/// An encoder turns the bits of a byte round between writing and reading: what is written goes out with the lowest bit of each
/// character first, what is read comes in with the first bit as the highest of the character's width.
public enum TrackBits {
    /// The bits that writing these bytes puts on the stripe.
    public static func written(_ bytes: some Sequence<UInt8>, width: Int) -> [Bool] {
        bytes.flatMap { byte in (0..<width).map { byte >> UInt8($0) & 1 == 1 } }
    }

    /// The bits that were on the stripe when a raw reading gave these bytes.
    public static func read(_ bytes: some Sequence<UInt8>, width: Int) -> [Bool] {
        bytes.flatMap { byte in (0..<width).reversed().map { byte >> UInt8($0) & 1 == 1 } }
    }

    /// The width that bytes of a raw reading have: the one that the encoder is set to, or 8 where a byte does not fit it. An encoder that
    /// another program has left at 8 gives such bytes.
    public static func width(of bytes: some Sequence<UInt8>, configured width: Int) -> Int {
        bytes.contains { $0 >> UInt8(width) != 0 } ? 8 : width
    }

    /// The bytes that write these bits; the last one is filled up with zeros.
    public static func bytes(writing bits: [Bool], width: Int) -> [UInt8] {
        stride(from: 0, to: bits.count, by: width).map { start in
            bits[start..<min(bits.count, start + width)].enumerated().reduce(UInt8(0)) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) }
        }
    }

    /// Without the zeros before and behind: they are for the clock, and their number differs from swipe to swipe.
    public static func withoutClock(_ bits: [Bool]) -> [Bool] {
        guard let first = bits.firstIndex(of: true), let last = bits.lastIndex(of: true) else { return [] }
        return Array(bits[first...last])
    }

    /// The two alphabets of ISO 7811.
    public enum Alphabet: Sendable, CaseIterable {
        /// Letters and digits, 7 bits: track 1.
        case letters
        /// Digits, 5 bits: tracks 2 and 3.
        case digits

        public init(track: Int) { self = track == 1 ? .letters : .digits }

        /// Bits of a character, the odd parity bit on top.
        public var width: Int { self == .letters ? 7 : 5 }
        /// The character of value 0.
        var base: UInt8 { self == .letters ? 0x20 : 0x30 }
        public var start: UInt8 { UInt8(ascii: self == .letters ? "%" : ";") }
        public var end: UInt8 { UInt8(ascii: "?") }
        var mask: UInt8 { 1 << UInt8(width - 1) - 1 }

        fileprivate func withParity(_ value: UInt8) -> UInt8 {
            value.nonzeroBitCount.isMultiple(of: 2) ? value | 1 << UInt8(width - 1) : value
        }
    }

    /// A track as one byte for each character: sentinels around the text, LRC behind it. `nil` for characters that the alphabet has not.
    public static func track(_ text: some Sequence<UInt8>, _ alphabet: Alphabet) -> [UInt8]? {
        var values: [UInt8] = []
        for character in [alphabet.start] + Array(text) + [alphabet.end] {
            guard character >= alphabet.base, character - alphabet.base <= alphabet.mask else { return nil }
            values.append(character - alphabet.base)
        }
        return (values + [values.reduce(0, ^)]).map(alphabet.withParity)
    }

    /// The text of a track without sentinels. `nil` unless it begins with its sentinel and parity and LRC are right.
    public static func text(_ bits: [Bool], _ alphabet: Alphabet) -> [UInt8]? {
        var text: [UInt8] = []
        var check: UInt8 = 0
        var isEnded = false
        for character in bytes(writing: Array(bits.drop { !$0 }), width: alphabet.width) {
            let value = character & alphabet.mask
            guard alphabet.withParity(value) == character else { return nil }
            check ^= value
            if isEnded { return check == 0 && text.first == alphabet.start ? Array(text.dropFirst()) : nil }
            if value + alphabet.base == alphabet.end { isEnded = true } else { text.append(value + alphabet.base) }
        }
        return nil
    }
}
