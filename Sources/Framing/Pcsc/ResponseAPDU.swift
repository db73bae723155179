// SPDX-License-Identifier: Apache-2.0

/// The answer to a command APDU: data, then two bytes that say how it went.
public struct ResponseAPDU: Sendable, Hashable {
    public var data: [UInt8]
    public var status: StatusWord

    public init(data: [UInt8] = [], status: StatusWord) {
        self.data = data
        self.status = status
    }

    /// `nil` for fewer than two bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        data = Array(bytes.dropLast(2))
        status = StatusWord(rawValue: UInt16(bytes[bytes.count - 2]) << 8 | UInt16(bytes[bytes.count - 1]))
    }

    public var bytes: [UInt8] { data + [UInt8(status.rawValue >> 8), UInt8(status.rawValue & 0xFF)] }
}

/// The last two bytes of an answer.
public struct StatusWord: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What the readers mean by it.
    public enum Meaning: Sendable, Hashable {
        case done
        /// It did not work, and many readers say no more than that: wrong key, card refused, card gone.
        case failed
        /// The card or the reader has no such function.
        case notSupported
        /// The command asks for a wrong number of bytes; the second is the right one where the reader tells it.
        case wrongLength(right: UInt8?)
        /// The sector is not open, or not for this.
        case notAllowed
        /// No such block or page.
        case noSuchPlace
        case other
    }

    public var meaning: Meaning {
        switch rawValue {
        case 0x9000: .done
        case 0x6300, 0x6400, 0x6581, 0x6F00: .failed
        case 0x6A81, 0x6D00, 0x6E00: .notSupported
        case 0x6700: .wrongLength(right: nil)
        case 0x6C00...0x6CFF: .wrongLength(right: UInt8(rawValue & 0xFF))
        case 0x6981, 0x6982, 0x6983, 0x6985, 0x6986, 0x6988: .notAllowed
        case 0x6A82, 0x6A86, 0x6B00: .noSuchPlace
        default: .other
        }
    }

    /// `63 00`
    public var description: String {
        func hex(_ byte: UInt16) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
        return hex(rawValue >> 8) + " " + hex(rawValue & 0xFF)
    }
}
