// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Testing

@testable import Doctor

@Suite struct LocalRuleTests {
    private func line(_ match: PortMatch, kind: PortKind = .tty, usb: USBID? = nil, name: EncoderName? = "front-desk") throws -> String {
        try UdevRules.localLine(match: match, kind: kind, usb: usb, driver: "industry-standard", name: name)
    }
    private let mark = #"ENV{ENCODER_BRIDGE_DRIVER}="industry-standard", ENV{ENCODER_BRIDGE_NAME}="front-desk""#

    @Test func serial_isBoundWithItsAdapter() throws {
        #expect(
            try line(.serial("A50285BI"), usb: USBID(0x0403, 0x6001))
                == #"SUBSYSTEM=="tty", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ATTRS{serial}=="A50285BI", "# + mark)
    }

    @Test func path_isBoundToItsSocket() throws {
        #expect(
            try line(.path("pci-0000:00:14.0-usb-0:1.4:1.0"))
                == #"SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:1.4:1.0", "# + mark)
    }

    @Test func path_namesThePort_whenTheAdapterHasSeveral() throws {
        #expect(
            try line(.path("pci-0000:00:14.0-usb-0:1.4:1.0:2"))
                == #"SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:1.4:1.0", ATTRS{port_number}=="2", "# + mark)
    }

    @Test func hidrawPath_isLookedUpFirst() throws {
        let text = try line(.path("pci-0000:00:14.0-usb-0:1:1.0"), kind: .hidraw)
        #expect(text.hasPrefix(#"SUBSYSTEM=="hidraw", ENV{ID_PATH}!="?*", IMPORT{builtin}="path_id""# + "\n"))
        #expect(RuleSyntax.problems(in: text) == [])
    }

    @Test func device_isBoundByItsKernelName() throws {
        #expect(
            try line(.device("/dev/ttyS0"), name: nil)
                == #"SUBSYSTEM=="tty", KERNEL=="ttyS0", ENV{ENCODER_BRIDGE_DRIVER}="industry-standard""#)
    }

    @Test func link_isRefused() {
        #expect(throws: UdevRules.Refusal.self) { try line(.device("/dev/serial/by-id/usb-FTDI")) }
    }

    @Test(arguments: [PortMatch.reader("ACS"), .tcp(host: "salto", port: 8090)]) func otherPorts_areRefused(match: PortMatch) {
        #expect(throws: UdevRules.Refusal.self) { try line(match) }
    }

    /// A serial number is what a device says of itself: it must not become a rule of its own.
    @Test(arguments: [
        #"A", RUN+="/bin/sh"#, "A*", "A?", "[A]", "a|b", "%k", "$env{X}", "A\nB", "", String(repeating: "A", count: 201), "ä",
    ])
    func hostileSerial_isRefused(text: String) {
        #expect(throws: UdevRules.Refusal.self) { try line(.serial(text)) }
        #expect(throws: UdevRules.Refusal.self) { try line(.serial("A"), name: EncoderName(text)) }
    }
}
