// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// A chip of bare serial adapters, with the kernel module that makes a serial port of it.
public struct AdapterChip: Sendable, Hashable {
    public var name: String
    public var module: String

    /// The adapters that encoders hang on. Ids as the kernel's own drivers list them.
    public static let known: [USBID: AdapterChip] = [
        USBID(0x10C4, 0xEA60): AdapterChip(name: "CP210x", module: "cp210x"),
        USBID(0x10C4, 0xEA70): AdapterChip(name: "CP2105", module: "cp210x"),
        USBID(0x1A86, 0x7523): AdapterChip(name: "CH340", module: "ch341"),
        USBID(0x1A86, 0x5523): AdapterChip(name: "CH341", module: "ch341"),
        USBID(0x1A86, 0x55D4): AdapterChip(name: "CH9102", module: "cdc_acm"),
        USBID(0x0403, 0x6001): AdapterChip(name: "FT232", module: "ftdi_sio"),
        USBID(0x0403, 0x6010): AdapterChip(name: "FT2232", module: "ftdi_sio"),
        USBID(0x0403, 0x6011): AdapterChip(name: "FT4232", module: "ftdi_sio"),
        USBID(0x0403, 0x6014): AdapterChip(name: "FT232H", module: "ftdi_sio"),
        USBID(0x0403, 0x6015): AdapterChip(name: "FT-X", module: "ftdi_sio"),
        USBID(0x067B, 0x2303): AdapterChip(name: "PL2303", module: "pl2303"),
        USBID(0x067B, 0x23A3): AdapterChip(name: "PL2303GC", module: "pl2303"),
        USBID(0x067B, 0x23C3): AdapterChip(name: "PL2303GT", module: "pl2303"),
    ]
}
