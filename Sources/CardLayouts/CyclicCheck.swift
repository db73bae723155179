// SPDX-License-Identifier: Apache-2.0

/// The cyclic redundancy checks that a layout can name, by the names and figures of the catalogue of parametrised CRC algorithms
/// (reveng). Each is tested with its check value there.
enum CyclicCheck: String, Sendable, Hashable, CaseIterable {
    case crc8 = "crc-8/smbus"
    case crc8Maxim = "crc-8/maxim"
    case arc = "crc-16/arc"
    case modbus = "crc-16/modbus"
    case ccittFalse = "crc-16/ccitt-false"
    case xmodem = "crc-16/xmodem"
    case kermit = "crc-16/kermit"
    case x25 = "crc-16/x-25"
    /// What ISO 14443 A calls CRC_A.
    case iso14443A = "crc-16/iso-14443-a"
    case crc32 = "crc-32"
    case bzip2 = "crc-32/bzip2"
    case castagnoli = "crc-32c"

    private struct Figures {
        var width: Int
        var polynomial: UInt32
        var start: UInt32
        var reflected: Bool
        var end: UInt32
    }

    private var figures: Figures {
        switch self {
        case .crc8: Figures(width: 8, polynomial: 0x07, start: 0, reflected: false, end: 0)
        case .crc8Maxim: Figures(width: 8, polynomial: 0x31, start: 0, reflected: true, end: 0)
        case .arc: Figures(width: 16, polynomial: 0x8005, start: 0, reflected: true, end: 0)
        case .modbus: Figures(width: 16, polynomial: 0x8005, start: 0xFFFF, reflected: true, end: 0)
        case .ccittFalse: Figures(width: 16, polynomial: 0x1021, start: 0xFFFF, reflected: false, end: 0)
        case .xmodem: Figures(width: 16, polynomial: 0x1021, start: 0, reflected: false, end: 0)
        case .kermit: Figures(width: 16, polynomial: 0x1021, start: 0, reflected: true, end: 0)
        case .x25: Figures(width: 16, polynomial: 0x1021, start: 0xFFFF, reflected: true, end: 0xFFFF)
        case .iso14443A: Figures(width: 16, polynomial: 0x1021, start: 0x6363, reflected: true, end: 0)
        case .crc32: Figures(width: 32, polynomial: 0x04C1_1DB7, start: 0xFFFF_FFFF, reflected: true, end: 0xFFFF_FFFF)
        case .bzip2: Figures(width: 32, polynomial: 0x04C1_1DB7, start: 0xFFFF_FFFF, reflected: false, end: 0xFFFF_FFFF)
        case .castagnoli: Figures(width: 32, polynomial: 0x1EDC_6F41, start: 0xFFFF_FFFF, reflected: true, end: 0xFFFF_FFFF)
        }
    }

    /// Bytes of the result.
    var length: Int { figures.width / 8 }

    /// `start` is the register as it stands before the first bit: for the reflected kinds already turned round.
    func value(of bytes: some Sequence<UInt8>) -> UInt32 {
        let figures = figures
        var register = figures.start
        if figures.reflected {
            let polynomial = Self.reversed(figures.polynomial, bits: figures.width)
            for byte in bytes {
                register ^= UInt32(byte)
                for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1 }
            }
        } else {
            let top = UInt32(1) << (figures.width - 1)
            let mask = top | (top - 1)
            for byte in bytes {
                register ^= UInt32(byte) << (figures.width - 8)
                for _ in 0..<8 { register = register & top != 0 ? (register << 1 ^ figures.polynomial) & mask : register << 1 & mask }
            }
        }
        return register ^ figures.end
    }

    private static func reversed(_ value: UInt32, bits: Int) -> UInt32 {
        var result: UInt32 = 0
        for bit in 0..<bits where value >> bit & 1 == 1 { result |= 1 << (bits - 1 - bit) }
        return result
    }
}
