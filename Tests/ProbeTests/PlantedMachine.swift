// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import Foundation
import PortIO
import SiteConfiguration

@testable import Probe

/// A machine of files, with two CH340 adapters and an encoder on each, on which a test breaks one thing and looks at the screen.
final class PlantedMachine {
    let path: String
    var site: [EncoderConfiguration]
    var detected: [DetectedPort]

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("machine-\(UUID().uuidString)").path
        site = [Self.encoder("front-desk", 1)]
        detected = [Self.port(1)]
        try file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nencoder-bridge:x:990:990::/:/usr/sbin/nologin\n")
        try file("/etc/group", "root:x:0:\ndialout:x:20:\nencoder-bridge:x:990:\n")
        try file("/usr/lib/udev/rules.d/62-encoder-bridge.rules", "# ours\n")
        try file("/run/pcscd/pcscd.comm")
        try adapter(1)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func encoder(_ name: EncoderName, _ number: Int) -> EncoderConfiguration {
        EncoderConfiguration(
            name: name, driver: "industry-standard", match: .path(idPath(number)), settings: DriverSettings(["encoder": "1"]))
    }

    static func idPath(_ number: Int) -> String { "pci-0000:00:14.0-usb-0:1.\(number):1.0" }

    static func port(_ number: Int) -> DetectedPort {
        DetectedPort(
            incarnation: .init("\(number)"), kind: .tty, address: "/dev/ttyUSB\(number - 1)", idPath: idPath(number), portNumber: 0,
            usb: USBID(0x1A86, 0x7523), vendorName: "QinHeng Electronics", productName: "CH340 serial converter", kernelDriver: "ch341",
            assignedDriver: "industry-standard", links: ["/dev/serial/by-path/\(idPath(number))-port0"])
    }

    /// The files of sysfs and udev behind ``port(_:)``. Its node is a plain file that this user owns and its group may use.
    func adapter(_ number: Int) throws {
        let (socket, tty) = ("1-1.\(number)", "ttyUSB\(number - 1)")
        let folder = "/sys/devices/usb1/\(socket)"
        try file("\(folder)/idVendor", "1a86\n")
        try file("\(folder)/idProduct", "7523\n")
        try file("\(folder)/\(socket):1.0/\(tty)/tty/\(tty)/dev", "188:\(number - 1)\n")
        try link("/sys/bus/usb/devices/\(socket)", "../../../devices/usb1/\(socket)")
        try link("/sys/class/tty/\(tty)", "../../devices/usb1/\(socket)/\(socket):1.0/\(tty)/tty/\(tty)")
        try file(
            "/run/udev/data/c188:\(number - 1)",
            "I:1\nE:ID_PATH=\(Self.idPath(number))\nE:ID_MM_PORT_IGNORE=1\nE:ENCODER_BRIDGE_DRIVER=industry-standard\nV:1\n")
        try file("/dev/\(tty)")
        try mode(0o666, "/dev/\(tty)")
    }

    func mode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path + name)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + name) }

    func file(_ name: String, _ text: String = "") throws {
        try folder(of: name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + name))
    }

    func link(_ name: String, _ target: String) throws {
        try folder(of: name)
        try FileManager.default.createSymbolicLink(atPath: path + name, withDestinationPath: target)
    }

    private func folder(of name: String) throws {
        let parent = URL(fileURLWithPath: path + name).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    }

    func look() -> Look {
        Look(detected: detected, site: site, bridge: nil, gathering: FactGathering(root: SystemRoot(path)))
    }

    /// The screen, with what differs from run to run (who owns the planted files) made the same.
    func screen(_ change: (inout Look) -> Void = { _ in }) -> String {
        var look = look()
        for index in look.ports.indices where look.ports[index].node != nil {
            look.ports[index].node?.userName = "root"
            look.ports[index].node?.groupName = "encoder-bridge"
        }
        change(&look)
        return ProbeScreen().text(look)
    }
}
