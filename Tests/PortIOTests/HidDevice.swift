// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import TestKit

/// An MSR605X as sysfs and udev's database describe it, with a node.
struct HidDevice {
    /// Made by a program: without a USB device above it.
    var isVirtual = false
    var usb: String { "/devices/pci0000:00/0000:00:14.0/usb1/1-4" }
    private var hid: String { (isVirtual ? "/devices/virtual/misc/uhid" : "\(usb)/1-4:1.0") + "/0003:0801:0003.0001" }

    var devices: String {
        let above =
            isVirtual
            ? []
            : [
                "P: \(usb)\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor=0801\nA: idProduct=0003\n",
                "P: \(usb)/1-4:1.0\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: DRIVER=usbhid\n",
            ]
        return
            (above + [
                "P: \(hid)\nE: SUBSYSTEM=hid\nE: DRIVER=hid-generic\nE: HID_ID=0003:00000801:00000003\nE: HID_NAME=MSR605X\nE: HID_UNIQ=\n",
                "P: \(hid)/hidraw/hidraw0\nN: hidraw0\nE: DEVNAME=/dev/hidraw0\nE: SUBSYSTEM=hidraw\nE: MAJOR=240\nE: MINOR=0\nA: dev=240:0\n",
            ]).joined(separator: "\n")
    }

    /// The udev rule of a site has looked up the path; nothing else is known of a hidraw node.
    var records: [String: String] {
        ["c240:0": "I:1000\n" + (isVirtual ? "" : "E:ID_PATH=pci-0000:00:14.0-usb-0:4:1.0\n") + "V:1\n"]
    }
}

extension Testbed {
    func plug(_ device: HidDevice) async throws {
        try await tell(Command(do: "plug", devices: device.devices, records: device.records))
    }

    /// Tells of every feature report that the node takes, and answers each with an input report.
    func attach(_ node: String, answering report: [UInt8]) async throws {
        try await tell(Command(do: "attach", path: node, report: HexText.encode(report)))
    }

    func line(where wanted: @escaping @Sendable (String) -> Bool) async throws -> String { try await child.line(where: wanted) }
}
