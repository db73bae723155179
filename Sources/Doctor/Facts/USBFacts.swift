// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// A USB device as sysfs shows it, whether or not anything made a port of it.
public struct USBFacts: Sendable, Hashable {
    public struct Interface: Sendable, Hashable {
        /// `1-1.4:1.0`
        public var name: String
        /// bInterfaceClass: 0x0B is a card reader.
        public var usbClass: UInt8
        public var driver: String?

        public init(name: String, usbClass: UInt8, driver: String?) {
            self.name = name
            self.usbClass = usbClass
            self.driver = driver
        }
    }

    /// The kernel's name of the socket: `1-1.4`.
    public var socket: String
    public var id: USBID
    public var product: String?
    public var interfaces: [Interface]

    public init(socket: String, id: USBID, product: String? = nil, interfaces: [Interface]) {
        self.socket = socket
        self.id = id
        self.product = product
        self.interfaces = interfaces
    }

    /// A smart-card reader by its class (CCID).
    public var isCardReader: Bool { interfaces.contains { $0.usbClass == 0x0B } }

    /// The devices there are, hubs left out.
    static func all(_ root: SystemRoot) -> [USBFacts] {
        let folder = "/sys/bus/usb/devices"
        let names = root.entries(folder)
        return names.filter { !$0.contains(":") && !$0.hasPrefix("usb") }.compactMap { name in
            guard let vendor = root.value("\(folder)/\(name)/idVendor").flatMap({ UInt16($0, radix: 16) }),
                let product = root.value("\(folder)/\(name)/idProduct").flatMap({ UInt16($0, radix: 16) }),
                root.value("\(folder)/\(name)/bDeviceClass") != "09"
            else { return nil }
            let interfaces = names.filter { $0.hasPrefix(name + ":") }.map { interface in
                Interface(
                    name: interface,
                    usbClass: root.value("\(folder)/\(interface)/bInterfaceClass").flatMap { UInt8($0, radix: 16) } ?? 0,
                    driver: driver(root, "\(folder)/\(interface)"))
            }
            let words = root.value("\(folder)/\(name)/product").map { String($0.filter { $0.isASCII && !$0.isNewline }.prefix(64)) }
            return USBFacts(socket: name, id: USBID(vendor, product), product: words, interfaces: interfaces)
        }
    }

    /// The kernel's driver: the link to it, or the line that the kernel writes for udev.
    private static func driver(_ root: SystemRoot, _ interface: String) -> String? {
        if let target = root.target(interface + "/driver") { return target.split(separator: "/").last.map(String.init) }
        let line = root.text(interface + "/uevent")?.split(separator: "\n").first { $0.hasPrefix("DRIVER=") }
        return line.map { String($0.dropFirst("DRIVER=".count)) }
    }
}
