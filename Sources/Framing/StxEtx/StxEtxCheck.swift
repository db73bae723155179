// SPDX-License-Identifier: Apache-2.0

/// The check of a message: how it is computed, and what it covers beside the body.
public enum StxEtxCheck: Sendable, Hashable {
    /// The frame ends with its end byte.
    case none
    /// One byte, always the same: nobody computes a check, and its place is taken by a mark.
    case mark(UInt8)
    /// One byte: all bytes in scope XORed.
    case xor(Scope)
    /// The same as two hex digits.
    case xorHex(Scope)
    /// All bytes in scope added, as two hex digits.
    case sumHex(Scope)
    /// One byte that brings the sum to zero.
    case twosComplement(Scope)
    /// Two bytes.
    case crc16(Scope, CRC16, lowByteFirst: Bool)

    /// Which of the frame bytes a check covers.
    public struct Scope: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let start = Scope(rawValue: 1)
        public static let end = Scope(rawValue: 2)
        /// The count of a message that has one. What stands before it belongs to the body and is always covered.
        public static let length = Scope(rawValue: 4)
    }

    /// On which side of the end byte it stands.
    public enum Place: String, Sendable, Hashable, CaseIterable {
        case behindEnd = "behind-end"
        case beforeEnd = "before-end"
    }

    /// How many bytes it takes.
    public var width: Int {
        switch self {
        case .none: 0
        case .mark, .xor, .twosComplement: 1
        case .xorHex, .sumHex, .crc16: 2
        }
    }

    /// Whether it is written in digits, which cannot be mistaken for a control byte.
    public var isText: Bool {
        switch self {
        case .xorHex, .sumHex: true
        case .none, .mark, .xor, .twosComplement, .crc16: false
        }
    }

    func bytes(of parts: StxEtxParts) -> [UInt8] {
        switch self {
        case .none: return []
        case .mark(let byte): return [byte]
        case .xor(let scope): return [Checksum.xor(parts.covered(by: scope))]
        case .xorHex(let scope): return Self.digits(Checksum.xor(parts.covered(by: scope)))
        case .sumHex(let scope): return Self.digits(Checksum.sum(parts.covered(by: scope)))
        case .twosComplement(let scope): return [Checksum.twosComplement(parts.covered(by: scope))]
        case .crc16(let scope, let kind, let lowByteFirst):
            let crc = Checksum.crc16(parts.covered(by: scope), kind)
            let bytes = [UInt8(crc >> 8), UInt8(crc & 0xFF)]
            return lowByteFirst ? bytes.reversed() : bytes
        }
    }

    /// Whether received check bytes are those of this message. Digits may be of either case.
    func agrees(_ received: some Sequence<UInt8>, with parts: StxEtxParts) -> Bool {
        let expected = bytes(of: parts)
        guard isText else { return received.elementsEqual(expected) }
        return received.map { (0x61...0x66).contains($0) ? $0 - 0x20 : $0 } == expected
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
    }
}
