// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

@testable import Doctor

/// A machine on which everything is in order, for tests that break one thing.
struct Ward {
    var machine = MachineFacts()
    var ports: [PortFacts] = []
    var encoders: [EncoderFacts] = []
    static let lock = ManifestFacts(name: "lock", ports: [.tty, .tcp])
    static let swipe = ManifestFacts(name: "swipe", ports: [.tty, .hidraw], usb: [USBID(0x0801, 0x0003)], canReset: true)
    static let reader = ManifestFacts(name: "reader", ports: [.pcsc])

    /// A CH340 without serial number in socket 1-1, the encoder `front-desk` behind it, our rules installed and in effect.
    init() {
        machine.rules = RuleFiles([
            RuleFile(name: RuleFiles.ours, path: "/usr/lib/udev/rules.d/\(RuleFiles.ours)", text: "#"),
            RuleFile(name: RuleFiles.local, path: "/etc/udev/rules.d/\(RuleFiles.local)", text: #"ENV{ID_PATH}=="path-1", ..."#),
        ])
        machine.accounts = Accounts(
            users: [Account(name: "encoder-bridge", user: 990, groups: [990])], groupNames: [20: "dialout", 990: "encoder-bridge"])
        machine.hasCardService = true
        ports = [Self.adapter(1)]
        encoders = [Self.encoder("front-desk", path: 1)]
    }

    static func adapter(_ number: Int, usb: USBID = USBID(0x1A86, 0x7523), serial: String? = nil) -> PortFacts {
        var facts = PortFacts(
            DetectedPort(
                incarnation: .init("\(number)"), kind: .tty, address: "/dev/ttyUSB\(number - 1)", serial: serial,
                idPath: "path-\(number)", usb: usb, kernelDriver: "ch341", assignedDriver: "lock"))
        facts.socket = "1-\(number)"
        facts.node = NodeFacts(user: 0, group: 990, userName: "root", groupName: "encoder-bridge", mode: 0o660)
        facts.record = UdevRecord(properties: ["ID_PATH": "path-\(number)", "ID_MM_PORT_IGNORE": "1"])
        return facts
    }

    static func encoder(_ name: EncoderName, path: Int, _ manifest: ManifestFacts = Self.lock) -> EncoderFacts {
        EncoderFacts(name: name, driver: manifest.name, match: .path("path-\(path)"), manifest: manifest, baud: 9600)
    }

    var findings: [Finding] {
        Diagnosis(machine: machine, ports: ports, encoders: encoders, manifests: [Self.lock, Self.swipe, Self.reader]).findings
    }

    mutating func rule(_ name: String, _ text: String, in folder: String = "/usr/lib/udev/rules.d") {
        machine.rules.inForce.append(RuleFile(name: name, path: "\(folder)/\(name)", text: text))
    }
}
