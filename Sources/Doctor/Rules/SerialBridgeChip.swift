// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// A chip between USB and a serial line that anybody may build into anything: its id names the adapter and never what hangs on it.
public struct SerialBridgeChip: Sendable, Hashable {
    public let id: USBID
    public let name: String

    /// The chips that encoders' adapters are made of, with the ids they have from the factory.
    public static let all: [SerialBridgeChip] = [
        ("FTDI FT232", 0x0403, [0x6001]), ("FTDI FT2232", 0x0403, [0x6010]), ("FTDI FT4232", 0x0403, [0x6011]),
        ("FTDI FT232H", 0x0403, [0x6014]), ("FTDI FT-X", 0x0403, [0x6015]),
        ("Prolific PL2303", 0x067B, [0x2303, 0x2304, 0x23A3, 0x23B3, 0x23C3, 0x23D3, 0x23E3, 0x23F3]),
        ("Silicon Labs CP210x", 0x10C4, [0xEA60, 0xEA61, 0xEA70, 0xEA71]),
        ("WCH CH340", 0x1A86, [0x7522, 0x7523, 0x5523]), ("WCH CH342 to CH348", 0x1A86, [0x55D2, 0x55D3, 0x55D4, 0x55D5, 0x55D9]),
        ("Microchip MCP2200, MCP2221", 0x04D8, [0x00DF, 0x00DD]), ("Arduino", 0x2341, [0x0043, 0x0001, 0x0010]),
    ].flatMap { name, vendor, products in
        products.map { SerialBridgeChip(id: USBID(vendor, $0), name: name) }
    }

    /// The chip with this id; `nil` for what is no adapter that this list knows.
    public static func named(_ id: USBID) -> SerialBridgeChip? { all.first { $0.id == id } }
}
