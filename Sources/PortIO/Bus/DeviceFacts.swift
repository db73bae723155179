// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc
import Ports

/// What udev and sysfs say of one device, as values: what it means is decided without libudev.
struct DeviceFacts: Hashable, Sendable {
    var systemPath = ""
    var node = ""
    var major: UInt32 = 0
    var minor: UInt32 = 0
    /// udev's properties, those in ``propertyNames`` only.
    var properties: [String: String] = [:]
    var links: [String] = []
    /// There is something behind it: no virtual console, no pseudo-terminal.
    var hasParent = false
    /// `type` of a UART; 0 is a port address without a chip.
    var uartType: String?
    /// `port_number` of an adapter with several ports.
    var portNumber: Int?
    var kernelDriver: String?
    /// Of the USB device it belongs to.
    var usbVendor: String?
    var usbProduct: String?
    var usbSerial: String?
    var usbManufacturer: String?
    var usbProductName: String?
    /// Of the HID device behind a hidraw node: `HID_ID` as the kernel writes it, bus, vendor and product in hex.
    var hidID: String?
    var hidName: String?
    var hidSerial: String?

    static let propertyNames = [
        "USEC_INITIALIZED", "ID_SERIAL_SHORT", "ID_PATH", "ID_VENDOR_ID", "ID_MODEL_ID", "ID_USB_VENDOR_ID", "ID_USB_MODEL_ID",
        "ID_VENDOR_FROM_DATABASE", "ID_MODEL_FROM_DATABASE", "ID_VENDOR", "ID_MODEL", "ID_USB_DRIVER",
        "ENCODER_BRIDGE_DRIVER", "ENCODER_BRIDGE_NAME",
    ]

    init() {}

    /// `nil` for a device without a node.
    init?(_ device: UdevDevice) {
        guard let systemPath = device.systemPath, let node = device.node else { return nil }
        self.systemPath = systemPath
        self.node = node
        major = device_major(device.number)
        minor = device_minor(device.number)
        for name in Self.propertyNames { properties[name] = device.property(name) }
        links = device.links
        uartType = device.attribute("type")
        if let parent = device.parent {
            hasParent = true
            portNumber = parent.attribute("port_number").flatMap { Int($0) }
            kernelDriver = parent.driver ?? device.ancestor(subsystem: "usb", type: "usb_interface")?.driver
        }
        if let usb = device.ancestor(subsystem: "usb", type: "usb_device") {
            usbVendor = usb.attribute("idVendor")
            usbProduct = usb.attribute("idProduct")
            usbSerial = usb.attribute("serial")
            usbManufacturer = usb.attribute("manufacturer")
            usbProductName = usb.attribute("product")
        }
        if let hid = device.ancestor(subsystem: "hid", type: nil) {
            hidID = hid.property("HID_ID")
            hidName = hid.property("HID_NAME")
            hidSerial = hid.property("HID_UNIQ")
        }
    }
}

extension DeviceFacts {
    /// The port that this device is. `severalPorts`: its adapter has more than this one.
    func port(kind: PortKind, severalPorts: Bool) -> DetectedPort {
        let path = text("ID_PATH")
        let numbered = portNumber.map { $0 > 0 || severalPorts } ?? false
        return DetectedPort(
            incarnation: .init("\(systemPath) \(major):\(minor) \(properties["USEC_INITIALIZED"] ?? "0")"),
            kind: kind,
            address: node,
            serial: text("ID_SERIAL_SHORT") ?? usbSerial.flatMap(Self.clean) ?? hidSerial.flatMap(Self.clean),
            // All ports of one adapter have the same ID_PATH.
            idPath: numbered ? path.map { "\($0):\(portNumber ?? 0)" } : path,
            portNumber: portNumber,
            usb: usbID,
            vendorName: text("ID_VENDOR_FROM_DATABASE") ?? spaced("ID_VENDOR") ?? usbManufacturer.flatMap(Self.clean),
            productName: text("ID_MODEL_FROM_DATABASE") ?? spaced("ID_MODEL") ?? (usbProductName ?? hidName).flatMap(Self.clean),
            kernelDriver: text("ID_USB_DRIVER") ?? kernelDriver,
            assignedDriver: text("ENCODER_BRIDGE_DRIVER"),
            assignedName: text("ENCODER_BRIDGE_NAME"),
            links: links.sorted())
    }

    private var usbID: USBID? {
        let pairs = [
            (properties["ID_VENDOR_ID"], properties["ID_MODEL_ID"]), (properties["ID_USB_VENDOR_ID"], properties["ID_USB_MODEL_ID"]),
            (usbVendor, usbProduct), hidPair,
        ]
        for case (let vendor?, let product?) in pairs {
            if let vendor = UInt16(vendor, radix: 16), let product = UInt16(product, radix: 16) { return USBID(vendor, product) }
        }
        return nil
    }

    /// hidraw nodes have none of udev's USB properties before systemd 256, and one that a program made has no USB device above it.
    /// `0003:00000801:00000003`: 3 is USB.
    private var hidPair: (String?, String?) {
        let parts = (hidID ?? "").split(separator: ":")
        guard parts.count == 3, Int(parts[0], radix: 16) == 3 else { return (nil, nil) }
        return (String(parts[1].suffix(4)), String(parts[2].suffix(4)))
    }

    private func text(_ name: String) -> String? { properties[name].flatMap(Self.clean) }

    /// udev writes the device's own words with underscores for blanks.
    private func spaced(_ name: String) -> String? { text(name)?.replacing("_", with: " ") }

    /// A device may call itself anything, and this is shown on terminals and pages: a line of printable characters, not for ever.
    private static func clean(_ text: String) -> String? {
        let printable = text.unicodeScalars.filter {
            !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control
        }
        let clean = String(String.UnicodeScalarView(printable.prefix(128)))
        return clean.isEmpty ? nil : clean
    }
}
