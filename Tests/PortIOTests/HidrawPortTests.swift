// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import EncoderModel
import Foundation
import Glibc
import Ports
import TestKit
import Testing

@testable import PortIO

/// A device that takes and gives whole reports: the far end of a socket that keeps the borders of what is written.
private final class ReportDevice: Sendable {
    let far: Descriptor
    let port: HidrawPort

    init(_ reports: ReportSettings) throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        far = Descriptor(ends[0])
        port = HidrawPort(Descriptor(ends[1]), reports: reports, on: PortLoop(name: "hid"))
    }

    func taken() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = (try? far.call("read") { Glibc.read($0, &buffer, buffer.count) }) ?? 0
        return Array(buffer[..<Int(count)])
    }

    func give(_ report: [UInt8]) throws { _ = try far.call("write") { Glibc.write($0, report, report.count) } }
}

@Suite struct HidrawPortTests {
    private let soon = ContinuousClock.now + .seconds(30)

    @Test func bytes_goOutAsReports_behindTheNumberZero() async throws {
        let device = try ReportDevice(ReportSettings(way: .output))
        let bytes = (0..<128).map { UInt8($0) }
        try await device.port.write(bytes, by: soon)
        #expect(device.taken() == [0] + bytes[..<64])
        #expect(device.taken() == [0] + bytes[64...])
        #expect(device.taken() == [])
    }

    @Test func shortReport_isFilledUp() async throws {
        let device = try ReportDevice(ReportSettings(way: .output, length: 8))
        try await device.port.write([1, 2, 3], by: soon)
        #expect(device.taken() == [0, 1, 2, 3, 0, 0, 0, 0, 0])
    }

    @Test func reports_comeInAsTheyAre() async throws {
        let device = try ReportDevice(ReportSettings())
        let report = [UInt8](repeating: 0xC2, count: 64)
        try device.give(report)
        #expect(try await device.port.read(by: soon) == .bytes(report))
        #expect(try await device.port.read(by: .now) == .deadline)
        device.port.wake()
        #expect(try await device.port.read(by: soon) == .woken)
    }

    @Test func unplugged_isOffline_atOnceAndForEver() async throws {
        let device = try ReportDevice(ReportSettings(way: .output))
        device.far.close()
        for _ in 1...2 {
            let fault = await #expect(throws: Fault.self) { try await device.port.read(by: soon) }
            #expect(fault?.kind == .offline)
        }
        let fault = await #expect(throws: Fault.self) { try await device.port.write([1], by: soon) }
        #expect(fault?.kind == .offline)
    }

    /// What is no HID device at all takes no feature report; the port is then closed.
    @Test func featureReport_isOffline_whereNothingTakesIt() async throws {
        let device = try ReportDevice(ReportSettings(way: .feature))
        let fault = await #expect(throws: Fault.self) { try await device.port.write([1], by: soon) }
        #expect(fault == Fault(.offline, detail: "HIDIOCSFEATURE: ENOTTY"))
        let later = await #expect(throws: Fault.self) { try await device.port.read(by: soon) }
        #expect(later?.kind == .offline)
    }

    @Test func secondOpening_saysWhoHoldsIt() async throws {
        let terminal = try PseudoTerminal()
        let first = Desk()
        try await first.open(terminal.path, kind: .hidraw)
        let fault = await Desk().faultOfOpening(terminal.path, kind: .hidraw)
        guard case .heldBy(let process)? = fault?.kind else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(process?.pid == getpid())
        await first.close()
        #expect(await Desk().faultOfOpening(terminal.path, kind: .hidraw) == nil)
    }
}

/// The same port and the list of ports on a device with a node, an ioctl and a kernel's tree of its own, by umockdev.
@Suite struct HidrawDeviceTests {
    private let question = [0xC2, 0x1B, 0x65] + [UInt8](repeating: 0, count: 61)
    private let answer = [0xC2, 0x1B, 0x79] + [UInt8](repeating: 0x30, count: 61)

    @Test func device_isListed_withTheIdsOfItsParents() async throws {
        let bed = try Testbed()
        try await bed.plug(HidDevice())
        try await bed.start()
        let arrived = try await bed.next()
        #expect(arrived.event == "arrived")
        #expect(arrived.kind == "hidraw")
        #expect(arrived.address == "/dev/hidraw0")
        #expect(arrived.usb == "0801:0003")
        #expect(arrived.idPath == "pci-0000:00:14.0-usb-0:4:1.0")
        #expect(arrived.serial == nil)
        #expect(arrived.kernelDriver == "hid-generic")
    }

    /// Made by a program (uhid) it hangs on no USB device: then the HID device's own words count.
    @Test func device_isListed_withItsHIDIds_whereNoUSBDeviceIs() async throws {
        let bed = try Testbed()
        try await bed.plug(HidDevice(isVirtual: true))
        try await bed.start()
        let arrived = try await bed.next()
        #expect(arrived.usb == "0801:0003")
        #expect(arrived.idPath == nil)
    }

    @Test func reports_areExchanged_throughTheNode() async throws {
        let bed = try Testbed(["hid", "/dev/hidraw0", HexText.encode(question)])
        try await bed.plug(HidDevice())
        try await bed.attach("/dev/hidraw0", answering: answer)
        try await bed.start()
        #expect(try await bed.line { $0.contains("feature") } == #"{"feature": "00\#(HexText.encode(question))", "did": "hid"}"#)
        #expect(try await bed.line { $0.contains("read") } == #"{"read":"\#(HexText.encode(answer))"}"#)
    }
}

@Suite struct HidFactsTests {
    private static func facts(_ id: String?) -> DeviceFacts {
        var facts = DeviceFacts()
        (facts.systemPath, facts.node, facts.hidID, facts.hidName) = ("/sys/x", "/dev/hidraw0", id, "MSR605X")
        return facts
    }

    @Test(
        arguments: [
            ("0003:00000801:00000003", USBID(0x0801, 0x0003)), ("0005:00000801:00000003", nil), ("0003:801:3", USBID(0x0801, 0x0003)),
            ("", nil),
            ("0003:0801", nil), ("0003:xxxx:0003", nil), (nil, nil),
        ] as [(String?, USBID?)])
    func usbID_isReadFromTheHIDDevice_onUSBOnly(id: String?, usb: USBID?) {
        let port = Self.facts(id).port(kind: .hidraw, severalPorts: false)
        #expect(port.usb == usb)
        #expect(port.productName == "MSR605X")
    }

    @Test func usbDevice_goesBeforeTheHIDDevice() {
        var facts = Self.facts("0003:00001111:00002222")
        (facts.usbVendor, facts.usbProduct, facts.usbManufacturer, facts.usbProductName) = ("0801", "0003", "Deftun", "Encoder")
        let port = facts.port(kind: .hidraw, severalPorts: false)
        #expect(port.usb == USBID(0x0801, 0x0003))
        #expect(port.vendorName == "Deftun")
        #expect(port.productName == "Encoder")
    }

    @Test func writtenPath_hasTheKindThatTheKernelTells() {
        var trail = PathTrail(following: "/nowhere/at/all")
        trail.node = PathTrail.Node(major: 240, minor: 0, incarnation: "1")
        let ports = PortSnapshot.ports(
            listed: [], trails: ["/dev/msr": trail], addresses: [], udevDecides: { _ in false }, kind: { $0.major == 240 ? .hidraw : .tty })
        #expect(ports.map(\.kind) == [.hidraw])
    }
}
