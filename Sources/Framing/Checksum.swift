// SPDX-License-Identifier: Apache-2.0

/// The checks that encoders put behind their frames.
public enum Checksum {
    /// All bytes XORed with one another ("LRC", "BCC"); 0 for none.
    public static func xor(_ bytes: some Sequence<UInt8>) -> UInt8 {
        bytes.reduce(0, ^)
    }

    /// All bytes added, without what does not fit into one byte; 0 for none.
    public static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 {
        bytes.reduce(0, &+)
    }

    /// What brings the sum of all bytes back to zero; 0 for none.
    public static func twosComplement(_ bytes: some Sequence<UInt8>) -> UInt8 {
        0 &- sum(bytes)
    }

    /// A CRC of 16 bits.
    public static func crc16(_ bytes: some Sequence<UInt8>, _ kind: CRC16) -> UInt16 {
        var crc = kind.start
        for byte in bytes {
            crc ^= kind.isReflected ? UInt16(byte) : UInt16(byte) << 8
            for _ in 0..<8 {
                let carries = crc & (kind.isReflected ? 0x0001 : 0x8000) != 0
                crc = kind.isReflected ? crc >> 1 : crc << 1
                if carries { crc ^= kind.polynomial }
            }
        }
        return kind.isInverted ? ~crc : crc
    }
}

/// The CRCs of 16 bits that serial protocols use.
public struct CRC16: Sendable, Hashable {
    /// As it is applied: bit-reversed where the sum runs the other way.
    let polynomial: UInt16
    let start: UInt16
    /// Lowest bit of each byte first.
    let isReflected: Bool
    /// The result is sent with all its bits turned.
    var isInverted = false

    /// Polynomial 1021, begins with 0000; of "123456789" it is 31C3.
    public static let xmodem = CRC16(polynomial: 0x1021, start: 0, isReflected: false)
    /// Polynomial 1021, begins with FFFF; 29B1.
    public static let ccittFalse = CRC16(polynomial: 0x1021, start: 0xFFFF, isReflected: false)
    /// Polynomial 1021, begins with 1D0F; E5CC. The one of OSDP.
    public static let augCcitt = CRC16(polynomial: 0x1021, start: 0x1D0F, isReflected: false)
    /// Polynomial 1021 reflected, begins with 0000; 2189.
    public static let kermit = CRC16(polynomial: 0x8408, start: 0, isReflected: true)
    /// Polynomial 1021 reflected, begins with FFFF, inverted; 906E.
    public static let x25 = CRC16(polynomial: 0x8408, start: 0xFFFF, isReflected: true, isInverted: true)
    /// Polynomial 8005 reflected, begins with 0000; BB3D.
    public static let arc = CRC16(polynomial: 0xA001, start: 0, isReflected: true)
    /// Polynomial 8005 reflected, begins with FFFF; 4B37.
    public static let modbus = CRC16(polynomial: 0xA001, start: 0xFFFF, isReflected: true)
}
