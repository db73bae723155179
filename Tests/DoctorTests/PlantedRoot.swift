// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Doctor

/// A file system with planted facts, as the doctor sees a machine. Removed with the last reference to it.
final class PlantedRoot {
    let path: String
    var root: SystemRoot { SystemRoot(path) }

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("root-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ text: String = "") throws {
        try FileManager.default.createDirectory(
            atPath: (path + name as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + name))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path + name as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path + name, withDestinationPath: target)
    }

    /// A USB serial adapter with one port, as sysfs shows it.
    func adapter(_ socket: String, _ tty: String, minor: Int, vendor: String, product: String, latency: Int? = nil, record: String = "")
        throws
    {
        try usb(socket, vendor: vendor, product: product, driver: "ftdi_sio")
        let folder = "/sys/devices/pci0/usb1/\(socket)/\(socket):1.0/\(tty)"
        try file("\(folder)/tty/\(tty)/dev", "188:\(minor)\n")
        try link("\(folder)/tty/\(tty)/device", to: "../..")
        if let latency { try file("\(folder)/latency_timer", "\(latency)\n") }
        try link("/sys/class/tty/\(tty)", to: "../../devices/pci0/usb1/\(socket)/\(socket):1.0/\(tty)/tty/\(tty)")
        try file("/run/udev/data/c188:\(minor)", record)
        try file("/dev/\(tty)")
    }

    /// A USB device with one interface.
    func usb(_ socket: String, vendor: String, product: String, usbClass: String = "ff", driver: String?) throws {
        let folder = "/sys/devices/pci0/usb1/\(socket)"
        try file("\(folder)/idVendor", vendor + "\n")
        try file("\(folder)/idProduct", product + "\n")
        try file("\(folder)/product", "Planted \(socket)\n")
        try file("\(folder)/\(socket):1.0/bInterfaceClass", usbClass + "\n")
        if let driver { try link("\(folder)/\(socket):1.0/driver", to: "../../../../../bus/usb/drivers/\(driver)") }
        try link("/sys/bus/usb/devices/\(socket)", to: "../../../devices/pci0/usb1/\(socket)")
        try link("/sys/bus/usb/devices/\(socket):1.0", to: "../../../devices/pci0/usb1/\(socket)/\(socket):1.0")
    }

    func accounts(serviceGroups: [String] = []) throws {
        try file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nencoder-bridge:x:990:990::/:/usr/sbin/nologin\nbroken line\n")
        let dialout = serviceGroups.contains("dialout") ? "encoder-bridge" : ""
        try file("/etc/group", "root:x:0:\ndialout:x:20:\(dialout)\nencoder-bridge:x:990:\n\n:::\n")
    }
}
