// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports
import Testing

@testable import PortIO

@Suite struct DeviceFactsTests {
    private static func ftdi(port: Int? = 0) -> DeviceFacts {
        var facts = DeviceFacts()
        facts.systemPath = "/sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0"
        facts.node = "/dev/ttyUSB0"
        (facts.major, facts.minor) = (188, 0)
        facts.properties = [
            "USEC_INITIALIZED": "77", "ID_SERIAL_SHORT": "A50285BI", "ID_PATH": "pci-0000:00:14.0-usb-0:2:1.0", "ID_VENDOR_ID": "0403",
            "ID_MODEL_ID": "6001", "ID_VENDOR_FROM_DATABASE": "Future Technology Devices", "ID_MODEL": "FT232R_USB_UART",
            "ID_USB_DRIVER": "ftdi_sio",
            "ENCODER_BRIDGE_DRIVER": "industry-standard", "ENCODER_BRIDGE_NAME": "front-desk",
        ]
        facts.links = ["/dev/serial/by-path/b", "/dev/serial/by-id/a"]
        facts.hasParent = true
        facts.portNumber = port
        (facts.usbVendor, facts.usbProduct, facts.usbSerial) = ("ffff", "ffff", "OTHER")
        return facts
    }

    @Test func port_takesWhatUdevSays_beforeWhatTheDeviceSays() {
        let port = Self.ftdi().port(kind: .tty, severalPorts: false)
        #expect(port.incarnation.text == "/sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0 188:0 77")
        #expect(port.address == "/dev/ttyUSB0")
        #expect(port.serial == "A50285BI")
        #expect(port.usb == USBID(0x0403, 0x6001))
        #expect(port.vendorName == "Future Technology Devices")
        #expect(port.productName == "FT232R USB UART")
        #expect(port.kernelDriver == "ftdi_sio")
        #expect(port.assignedDriver == "industry-standard")
        #expect(port.assignedName == "front-desk")
        #expect(port.links == ["/dev/serial/by-id/a", "/dev/serial/by-path/b"])
    }

    @Test func port_takesWhatTheDeviceSays_whenUdevHasNoProperties() {
        var facts = Self.ftdi()
        facts.properties = [:]
        (facts.usbVendor, facts.usbProduct, facts.usbSerial, facts.kernelDriver) = ("10c4", "ea60", "0001", "cp210x")
        let port = facts.port(kind: .tty, severalPorts: false)
        #expect(port.usb == USBID(0x10c4, 0xea60))
        #expect(port.serial == "0001")
        #expect(!port.hasUsableSerial)
        #expect(port.kernelDriver == "cp210x")
        #expect(port.idPath == nil)
    }

    @Test(arguments: [(0, false, ""), (0, true, ":0"), (1, false, ":1"), (3, true, ":3"), (nil, true, "")] as [(Int?, Bool, String)])
    func path_hasThePortNumber_whenTheAdapterHasSeveral(number: Int?, several: Bool, ending: String) {
        let port = Self.ftdi(port: number).port(kind: .tty, severalPorts: several)
        #expect(port.idPath == "pci-0000:00:14.0-usb-0:2:1.0" + ending)
    }

    @Test func names_areOneShortLine_whateverTheDeviceCallsItself() {
        var facts = Self.ftdi()
        facts.properties["ID_VENDOR_FROM_DATABASE"] = "\u{1B}[31mEvil\nCorp\u{202E}" + String(repeating: "x", count: 5000)
        facts.properties["ID_SERIAL_SHORT"] = "\n\t"
        facts.usbSerial = ""
        let port = facts.port(kind: .tty, severalPorts: false)
        #expect(port.vendorName?.hasPrefix("[31mEvilCorpxxx") == true)
        #expect(port.vendorName?.count == 128)
        #expect(port.serial == nil)
    }

    @Test(arguments: [(true, nil, true), (true, "4", true), (true, "0", false), (false, nil, false)] as [(Bool, String?, Bool)])
    func terminal_isAPort_whenThereIsADeviceBehindIt(hasParent: Bool, uart: String?, isPort: Bool) throws {
        var facts = DeviceFacts()
        (facts.hasParent, facts.uartType) = (hasParent, uart)
        #expect(try #require(PortSubsystem.all.first { $0.name == "tty" }).isPort(facts) == isPort)
    }
}
