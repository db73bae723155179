// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports
import Testing

@testable import PortIO

@Suite struct PortSnapshotTests {
    private static let usb = PortListing.Entry(
        port: DetectedPort(incarnation: .init("usb"), kind: .tty, address: "/dev/ttyUSB0", links: ["/dev/serial/by-id/a"]), major: 188,
        minor: 0)

    private static func trail(_ major: UInt32, _ minor: UInt32) -> PathTrail {
        var trail = PathTrail(following: "/no/such/path")
        trail.node = .init(major: major, minor: minor, incarnation: "x")
        return trail
    }

    private static func ports(_ trails: [String: PathTrail], udevDecides: Bool = false) -> [DetectedPort] {
        PortSnapshot.ports(listed: [usb], trails: trails, addresses: [], udevDecides: { _ in udevDecides })
    }

    @Test(arguments: ["/dev/front-desk", "/dev/ttyUSB0", "/dev/serial/by-id/a"])
    func writtenPath_isAnotherNameOfUdevsPort_whenItLeadsThere(path: String) throws {
        let ports = Self.ports([path: Self.trail(188, 0)])
        let port = try #require(ports.first)
        #expect(ports.count == 1)
        #expect(PortMatch.device(path).matches(port))
        let names = [port.address] + port.links
        #expect(Set(names).count == names.count)
    }

    @Test func writtenPath_isAPortOfItsOwn_whenUdevDoesNotListIt() {
        let ports = Self.ports(["/dev/ttyS0": Self.trail(4, 64)])
        #expect(ports.map(\.address) == ["/dev/ttyUSB0", "/dev/ttyS0"])
        #expect(ports.last?.incarnation == .init("/dev/ttyS0 x"))
    }

    @Test func writtenPath_waits_whileUdevHasNotFinished() {
        #expect(Self.ports(["/dev/ttyUSB1": Self.trail(188, 1)], udevDecides: true) == [Self.usb.port])
    }

    @Test func writtenPath_isNoPort_whileNothingIsThere() {
        #expect(Self.ports(["/dev/ttyS0": PathTrail(following: "/no/such/path")]) == [Self.usb.port])
    }
}
