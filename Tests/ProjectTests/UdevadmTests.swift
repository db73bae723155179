// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports
import TestKit
import Testing

/// The rules as udev itself reads them: `udevadm test` on devices that umockdev makes up, and `udevadm verify` where there is one.
/// What happens on a real kernel is Tests/VM's affair.
@Suite struct UdevadmTests {
    /// What udev would make of a device: its properties. (Group and mode it tells only on a real kernel: Tests/VM.)
    private struct Verdict {
        var properties: [String: String] = [:]
    }

    @Test func ownEncoder_isMarkedAndGetsItsIdentity_byTheRuleWeShip() async throws {
        let verdict = try await verdict(on: Self.hidraw, packaged: UdevRules.packaged(for: [Self.msr]))
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == "msr")
        #expect(verdict.properties["ID_VENDOR_ID"] == "0801")
        #expect(verdict.properties["ID_PATH"] == "pci-0000:00:14.0-usb-0:1:1.0")
        #expect(verdict.properties["CURRENT_TAGS"] == ":systemd:")
    }

    @Test func bareChip_isNobodys_withoutARuleOfTheSite() async throws {
        let verdict = try await verdict(on: Self.adapter, packaged: UdevRules.packaged(for: DriverCatalog.all + [Self.msr]))
        #expect(verdict.properties["ID_VENDOR_ID"] == "10c4")
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == nil)
        #expect(verdict.properties["ID_MM_PORT_IGNORE"] == nil)
    }

    @Test(arguments: [PortMatch.serial("A50285BI"), .path("pci-0000:00:14.0-usb-0:1:1.0"), .path("pci-0000:00:14.0-usb-0:1:1.0:0")])
    func bareChip_isMarked_byTheLocalLine(match: PortMatch) async throws {
        let local = try UdevRules.localLine(
            match: match, kind: .tty, usb: USBID(0x10C4, 0xEA60), driver: "industry-standard", name: "front-desk")
        let verdict = try await verdict(on: Self.adapter, packaged: UdevRules.packaged(for: DriverCatalog.all), local: local)
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == "industry-standard")
        #expect(verdict.properties["ENCODER_BRIDGE_NAME"] == "front-desk")
        #expect(verdict.properties["ID_MM_DEVICE_IGNORE"] == "1")
        #expect(verdict.properties["ID_MM_PORT_IGNORE"] == "1")
    }

    @Test func otherPortOfTheAdapter_isNotMarked_byTheLineForOnePort() async throws {
        let local = try UdevRules.localLine(
            match: .path("pci-0000:00:14.0-usb-0:1:1.0:1"), kind: .tty, driver: "industry-standard", name: "front-desk")
        let verdict = try await verdict(on: Self.adapter, packaged: UdevRules.packaged(for: DriverCatalog.all), local: local)
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == nil)
    }

    @Test func hidraw_isMarkedByItsPath_whichTheLocalLineLooksUp() async throws {
        let local = try UdevRules.localLine(
            match: .path("pci-0000:00:14.0-usb-0:1:1.0"), kind: .hidraw, driver: "other", name: "bar")
        let verdict = try await verdict(on: Self.hidraw, packaged: UdevRules.packaged(for: [Self.msr]), local: local)
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == "other", "the site's word wins")
        #expect(verdict.properties["ENCODER_BRIDGE_NAME"] == "bar")
    }

    @Test func gpsd_isKeptOffAMarkedPort() async throws {
        let local = """
            SUBSYSTEM=="tty", ENV{SYSTEMD_WANTS}="gpsdctl@%k.service"
            \(try UdevRules.localLine(match: .serial("A50285BI"), kind: .tty, driver: "industry-standard", name: nil))
            """
        let verdict = try await verdict(on: Self.adapter, packaged: UdevRules.packaged(for: []), local: local)
        #expect(verdict.properties["ENCODER_BRIDGE_DRIVER"] == "industry-standard")
        #expect(verdict.properties["SYSTEMD_WANTS"] ?? "" == "")
    }

    /// Before systemd 254 there is no `verify`; the syntax is then held by the check in DriverKitTests alone, and this says so.
    @Test func committedRules_passUdevadmVerify_whereItExists() async throws {
        let path = "udev-rules/\(UdevRules.fileName)"
        let version = try await output(["udevadm", "--version"]).first.flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
        guard version >= 254 else {
            print("udevadm \(version) has no verify (systemd 254 has): \(path) was checked by the syntax check of DriverKitTests only")
            #expect(version > 0)
            return
        }
        let said = try await output([
            "sh", "-c", #"udevadm verify --resolve-names=late "$1" 2>&1; echo "status $?""#, "sh",
            Repository.root.appendingPathComponent(path).path,
        ])
        #expect(said.last == "status 0", "\(said.joined(separator: "\n"))")
    }

    /// In a private /run, so that neither the rules nor the database of this machine are touched.
    private func verdict(on device: Device, packaged: String, local: String = "") async throws -> Verdict {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("udevadm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        let groups = try String(contentsOfFile: "/etc/group", encoding: .utf8).split(separator: "\n").filter {
            !$0.hasPrefix("encoder-bridge:")
        }
        for (name, text) in [
            (UdevRules.fileName, packaged), (UdevRules.localFileName, local + "\n"), ("device.umockdev", device.text),
            ("group", groups.joined(separator: "\n") + "\nencoder-bridge:x:64900:\n"),
        ] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        let script = """
            mount -t tmpfs tmpfs /run && mkdir -p /run/udev/rules.d && cp "$1"/*.rules /run/udev/rules.d/ && mount --bind "$1/group" /etc/group &&
            exec umockdev-run -d "$1/device.umockdev" -- udevadm test --action=add "/sys$2" 2>&1
            """
        let asRoot = geteuid() == 0 ? [] : ["--map-root-user"]
        let lines = try await output(["unshare", "--mount"] + asRoot + ["sh", "-c", script, "sh", folder.path, device.path])
        var verdict = Verdict()
        for line in lines {
            if let found = line.wholeMatch(of: /([A-Z_.]+)=(.*)/) { verdict.properties[String(found.1)] = String(found.2) }
        }
        try #require(verdict.properties["DEVPATH"] == device.path, "udevadm said:\n\(lines.suffix(20).joined(separator: "\n"))")
        return verdict
    }

    private func output(_ arguments: [String]) async throws -> [String] {
        let program = try ChildProgram(arguments)
        var lines: [String] = []
        for await line in program.lines { lines.append(line) }
        return lines
    }

    private struct Device {
        var path: String
        var text: String
    }

    private static let msr = DriverManifest(
        name: "msr", title: "MSR", kind: .raw, capabilities: [], ports: [.tty, .hidraw], line: LineSettings(baud: 9600), settings: [],
        models: [EncoderModelEntry("MSR605X", usb: [USBID(0x0801, 0x0003)], evidence: 3)], hardwareNote: "msr.md")

    private static let root = "/devices/pci0000:00/0000:00:14.0"
    private static func usb(vendor: String, product: String, serial: String?, driver: String) -> String {
        """
        P: \(root)
        E: SUBSYSTEM=pci
        E: PCI_SLOT_NAME=0000:00:14.0

        P: \(root)/usb1
        E: DEVTYPE=usb_device
        E: SUBSYSTEM=usb

        P: \(root)/usb1/1-1
        E: DEVTYPE=usb_device
        E: SUBSYSTEM=usb
        A: idVendor=\(vendor)
        A: idProduct=\(product)\(serial.map { "\nA: serial=\($0)" } ?? "")

        P: \(root)/usb1/1-1/1-1:1.0
        E: DEVTYPE=usb_interface
        E: SUBSYSTEM=usb
        E: DRIVER=\(driver)
        A: bInterfaceNumber=00
        A: bInterfaceClass=ff

        """
    }

    private static let hidraw = Device(
        path: "\(root)/usb1/1-1/1-1:1.0/0003:0801:0003.0001/hidraw/hidraw0",
        text: usb(vendor: "0801", product: "0003", serial: nil, driver: "usbhid") + """

            P: \(root)/usb1/1-1/1-1:1.0/0003:0801:0003.0001
            E: SUBSYSTEM=hid

            P: \(root)/usb1/1-1/1-1:1.0/0003:0801:0003.0001/hidraw/hidraw0
            N: hidraw0
            E: DEVNAME=/dev/hidraw0
            E: SUBSYSTEM=hidraw
            A: dev=240:0

            """)

    private static let adapter = Device(
        path: "\(root)/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0",
        text: usb(vendor: "10c4", product: "ea60", serial: "A50285BI", driver: "cp210x") + """

            P: \(root)/usb1/1-1/1-1:1.0/ttyUSB0
            E: SUBSYSTEM=usb-serial
            E: DRIVER=cp210x
            A: port_number=0

            P: \(root)/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0
            N: ttyUSB0
            E: DEVNAME=/dev/ttyUSB0
            E: SUBSYSTEM=tty
            A: dev=188:0

            """)
}
