// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestKit

/// A bus whose devices a test plugs and unplugs: umockdev under Testbed/testbed.py, and port-scenario that follows its events.
final class Testbed: Sendable {
    struct Event: Decodable, Equatable {
        var event: String?
        var did: String?
        var incarnation: String?
        var kind: String?
        var address: String?
        var serial: String?
        var idPath: String?
        var usb: String?
        var kernelDriver: String?
        var assignedDriver: String?
        var links: [String]?
    }

    struct Command: Encodable {
        var `do`: String
        var devices: String?
        var records: [String: String?]?
        var path: String?
        var paths: [String]?
        var action: String?
        var report: String?
    }

    private struct Forget: Encodable {
        var `do` = "unplug"
        var paths: [String]
        var records: [String]
    }

    let child: ChildProgram

    /// `arguments` are port-scenario's.
    init(_ arguments: [String] = ["events"]) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Testbed/testbed.py").path
        // A private /run: udev's database of this machine is neither read nor written.
        let asRoot = geteuid() == 0 ? [] : ["--map-root-user"]
        child = try ChildProgram(
            ["unshare", "--mount"] + asRoot
                + ["sh", "-c", #"mount -t tmpfs tmpfs /run && exec umockdev-wrapper /usr/bin/python3 "$@""#, "sh", script]
                + [try Scenario.program] + arguments)
    }

    func start() async throws { try await tell(Command(do: "start")) }

    func plug(_ adapter: Adapter, recorded: Bool = true) async throws {
        try await tell(Command(do: "plug", devices: adapter.devices, records: recorded ? adapter.records : [:]))
    }

    func unplug(_ adapter: Adapter) async throws {
        try await tell(Forget(paths: adapter.unplugOrder, records: Array(adapter.records.keys)))
    }

    func event(_ action: String, _ adapter: Adapter) async throws {
        for path in adapter.terminals { try await tell(Command(do: "event", records: adapter.records, path: path, action: action)) }
    }

    /// The next event of the bus.
    func next() async throws -> Event {
        while true {
            let line = try await child.line()
            guard let event = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)) else {
                throw ChildProgram.Failure(description: "no event: '\(line)'")
            }
            if event.did == nil { return event }
        }
    }

    func tell(_ command: some Encodable) async throws {
        try child.send(String(decoding: try JSONEncoder().encode(command), as: UTF8.self))
    }
}

/// A USB serial adapter of the CP210x kind, with one or more ports, as sysfs and udev's database describe it. Without nodes: umockdev
/// 0.17 cannot make one a second time, and opening is tried on pseudo-terminals.
struct Adapter {
    var socket: String
    /// Numbers of its ttyUSB nodes.
    var numbers: [Int]
    var serial: String?
    /// When udev finished with it, in microseconds: differs from plug to plug.
    var plugged = 1000
    var properties: [String: String] = [:]

    var idPath: String { "pci-0000:00:14.0-usb-0:\(socket):1.0" }
    private var bus: String { "/devices/pci0000:00/0000:00:14.0/usb1" }
    private var device: String { "\(bus)/1-\(socket)" }
    private var interface: String { "\(device)/1-\(socket):1.0" }
    var terminals: [String] { numbers.map { "/sys\(interface)/ttyUSB\($0)/tty/ttyUSB\($0)" } }

    /// Children before their parents.
    var unplugOrder: [String] {
        terminals + numbers.map { "/sys\(interface)/ttyUSB\($0)" } + ["/sys\(interface)", "/sys\(device)"]
    }

    var devices: String {
        var blocks = [
            "P: \(device)\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor=10c4\nA: idProduct=ea60\n"
                + (serial.map { "A: serial=\($0)\n" } ?? ""),
            "P: \(interface)\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: DRIVER=cp210x\n",
        ]
        for (port, number) in numbers.enumerated() {
            let name = "ttyUSB\(number)"
            blocks.append("P: \(interface)/\(name)\nE: SUBSYSTEM=usb-serial\nE: DRIVER=cp210x\nA: port_number=\(port)\n")
            blocks.append(
                "P: \(interface)/\(name)/tty/\(name)\nE: DEVNAME=/dev/\(name)\nE: SUBSYSTEM=tty\nE: MAJOR=188\nE: MINOR=\(number)\n"
                    + "A: dev=188:\(number)\n")
        }
        return blocks.joined(separator: "\n")
    }

    /// udev's database: links, time of initialisation, properties.
    var records: [String: String] {
        Dictionary(
            uniqueKeysWithValues: numbers.enumerated().map { port, number in
                var lines = ["S:serial/by-path/\(idPath)-port\(port)", "I:\(plugged)", "E:ID_PATH=\(idPath)"]
                if let serial { lines.append("E:ID_SERIAL_SHORT=\(serial)") }
                lines += properties.map { "E:\($0.key)=\($0.value)" }
                return ("c188:\(number)", (lines + ["V:1"]).joined(separator: "\n") + "\n")
            })
    }
}
