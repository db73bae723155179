// SPDX-License-Identifier: Apache-2.0

/// Bytes as people read them.
public enum ByteText {
    /// `02 B3 4C`
    public static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map(pair).joined(separator: " ")
    }

    /// `ENQ`, `|CN|1|`, `.K...`: control bytes that stand alone by name, printable characters as they are, others as dots.
    public static func words(_ bytes: [UInt8]) -> String {
        if bytes.count == 1, let name = controls[bytes[0]] { return name }
        return ascii(bytes)
    }

    /// One character a byte. The bar of the old PC character set, which parts the fields of several lock makers, is shown as a bar.
    public static func ascii(_ bytes: some Sequence<UInt8>) -> String {
        String(bytes.map { $0 == 0xB3 ? "|" : (0x20...0x7E).contains($0) ? Character(UnicodeScalar($0)) : "." })
    }

    /// `1.250`
    static func seconds(milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    static func pair(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    private static let controls: [UInt8: String] = [
        0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x05: "ENQ", 0x06: "ACK", 0x11: "XON", 0x13: "XOFF", 0x15: "NAK",
    ]
}
