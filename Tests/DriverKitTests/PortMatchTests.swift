// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Testing

@Suite struct PortMatchTests {
    static func port(
        _ kind: PortKind = .tty, _ address: String = "/dev/ttyUSB0", serial: String? = nil, path: String? = nil, links: [String] = []
    ) -> DetectedPort {
        DetectedPort(incarnation: .init("x"), kind: kind, address: address, serial: serial, idPath: path, links: links)
    }

    @Test(arguments: [
        (PortMatch.serial("A5"), port(serial: "A5"), true), (.serial("A5"), port(serial: "A6"), false),
        (.serial("0001"), port(serial: "0001"), false), (.path("pci-1:2"), port(path: "pci-1:2"), true),
        (.path("pci-1:2"), port(path: "pci-1:2:1"), false), (.device("/dev/ttyUSB0"), port(), true),
        (.device("/dev/serial/by-id/x"), port(links: ["/dev/serial/by-id/x"]), true),
        (.tcp(host: "10.0.0.5", port: 8090), port(.tcp, "10.0.0.5:8090"), true),
        (.tcp(host: "10.0.0.5", port: 8090), port(.tty, "10.0.0.5:8090"), false), (.reader("ACS"), port(.pcsc, "ACS"), true),
    ])
    func match_fitsOnlyWhatItNames(match: PortMatch, port: DetectedPort, fits: Bool) {
        #expect(match.matches(port) == fits)
    }

    @Test(arguments: [(PortMatch.serial("A"), IdentityStrength.strong), (.path("p"), .port), (.device("/dev/x"), .fixed)])
    func strength_saysHowSureTheMatchIs(match: PortMatch, strength: IdentityStrength) {
        #expect(match.strength == strength)
    }

    @Test func usbID_isWrittenAsUdevWritesIt() {
        #expect(USBID(0x0403, 0x6001).description == "0403:6001")
        #expect(USBID(0x10C4, 0xEA60).description == "10c4:ea60")
    }
}
