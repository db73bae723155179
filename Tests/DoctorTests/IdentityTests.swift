// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Testing

@testable import Doctor

/// How surely a port is found again, in words, and what a site writes down for it.
@Suite struct IdentityTests {
    private func diagnosis(_ ports: [PortFacts]) -> Diagnosis {
        Diagnosis(machine: MachineFacts(), ports: ports, encoders: [], manifests: [Ward.lock, Ward.swipe])
    }

    @Test(
        arguments: [
            (nil, "no serial number: bound to USB port 1-1, do not move the plug"),
            ("0001", "serial number 0001 says nothing, every unit has it: bound to USB port 1-1, do not move the plug"),
            ("A50285BI", "serial number A50285BI: found again in any USB socket"),
        ] as [(String?, String)])
    func identity_saysHowStrongItIs(serial: String?, words: String) {
        let port = Ward.adapter(1, serial: serial)
        #expect(diagnosis([port]).identity(of: port) == words)
    }

    @Test func identity_isWeak_whenTwoDevicesShareANumber() {
        let twins = [Ward.adapter(1, serial: "A5"), Ward.adapter(2, serial: "A5")]
        #expect(diagnosis(twins).identity(of: twins[0]) == "serial number A5 is on 2 devices: bound to USB port 1-1, do not move the plug")
        #expect(diagnosis(twins).match(for: twins[0]) == ("path", "path-1"))
        #expect(diagnosis([twins[0]]).match(for: twins[0]) == ("serial", "A5"))
    }

    @Test func adoption_isNotMadeUp_whenNothingTellsTheDriver() {
        let port = Ward.adapter(1, serial: "A50285BI")
        #expect(Adoption(port, in: diagnosis([port]), driver: nil, name: "kiosk") == nil)
    }

    @Test func adoption_bindsAChipWithoutSerialToItsSocket() throws {
        let port = Ward.adapter(1)
        let adoption = try #require(Adoption(port, in: diagnosis([port]), driver: "lock", name: "front-desk"))
        #expect(adoption.configuration == "encoders:\n  front-desk:\n    driver: lock\n    match: { path: \"path-1\" }")
        #expect(
            adoption.rule
                == #"SUBSYSTEM=="tty", ENV{ID_PATH}=="path-1", ENV{ENCODER_BRIDGE_DRIVER}="lock", ENV{ENCODER_BRIDGE_NAME}="front-desk""#)
        #expect(adoption.remark == "bound to USB port 1-1: do not move the plug")
    }

    @Test func adoption_usesTheSerialNumber_unlessItCouldBreakTheRule() throws {
        let port = Ward.adapter(1, serial: "A50285BI")
        let adoption = try #require(Adoption(port, in: diagnosis([port]), driver: "msr", name: "kiosk"))
        #expect(adoption.rule.contains(#"ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="7523", ATTRS{serial}=="A50285BI""#))
        #expect(adoption.configuration.contains(#"match: { serial: "A50285BI" }"#))
        let odd = Ward.adapter(1, serial: #"A"*\"#)
        let safe = try #require(Adoption(odd, in: diagnosis([odd]), driver: "msr", name: "kiosk"))
        #expect(safe.rule.contains(#"ENV{ID_PATH}=="path-1""#))
        #expect(safe.configuration.contains(#"match: { path: "path-1" }"#))
    }

    @Test func adoption_tellsThePortsOfOneAdapterApart() throws {
        var port = Ward.adapter(1)
        port.port.portNumber = 1
        port.port.idPath = "usb-0:1:1.0:1"
        let adoption = try #require(Adoption(port, in: diagnosis([port]), driver: "lock", name: "a"))
        #expect(adoption.rule.contains(#"ENV{ID_PATH}=="usb-0:1:1.0", ATTRS{port_number}=="1""#))
        #expect(adoption.configuration.contains(#"path: "usb-0:1:1.0:1""#))
    }

    @Test func adoption_hasNoRule_forWhatIsNotUdevs() throws {
        let port = PortFacts(DetectedPort(incarnation: .init("x"), kind: .tcp, address: "10.0.0.5:8090"))
        let adoption = try #require(Adoption(port, in: diagnosis([port]), driver: "lock", name: "a"))
        #expect(adoption.rule.isEmpty)
        #expect(adoption.remark?.hasPrefix("no udev rule: ") == true)
        #expect(adoption.configuration.contains(#"match: { tcp: "10.0.0.5:8090" }"#))
    }
}
