// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// Facts in, findings out: what is in the way of the encoders of this machine, the worst first. Pure: everything it knows it is told.
public struct Diagnosis: Sendable {
    public let machine: MachineFacts
    public let ports: [PortFacts]
    public let encoders: [EncoderFacts]
    /// Every driver's manifest, to tell whose USB id it is.
    public let manifests: [ManifestFacts]

    public init(machine: MachineFacts, ports: [PortFacts], encoders: [EncoderFacts], manifests: [ManifestFacts]) {
        self.machine = machine
        self.ports = ports
        self.encoders = encoders
        self.manifests = manifests
    }

    public var findings: [Finding] {
        var all = ports.filter(matters).flatMap { portFindings($0) }
        all += usbFindings
        all += encoders.flatMap { encoderFindings($0) }
        all += pairFindings
        all += cardServiceFindings
        var seen: Set<Finding> = []
        let unique = all.filter { seen.insert($0).inserted }.map { finding in
            var finding = finding
            finding.commands = finding.commands.map { Shell.naming(machine.configuration, in: $0) }
            return finding
        }
        // Stable: findings of one weight stay in the order of the ports.
        return unique.enumerated().sorted { ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset) }.map(\.element)
    }

    // MARK: Who is who

    /// The ports that an encoder's match fits.
    public func ports(of encoder: EncoderFacts) -> [PortFacts] { ports.filter { encoder.match.matches($0.port) } }

    /// The encoders that a port is claimed by.
    public func claimants(of port: PortFacts) -> [EncoderFacts] { encoders.filter { $0.match.matches(port.port) } }

    /// Whose own USB id the port has.
    public func owner(of port: PortFacts) -> ManifestFacts? {
        guard let id = port.port.usb else { return nil }
        return manifests.first { $0.usb.contains(id) && $0.ports.contains(port.port.kind) }
    }

    /// Whether what is wrong with the port is anyone's business here: it is claimed, a person named it, a rule marked it, it is an
    /// encoder by its id, or nothing is configured yet and it is an adapter that an encoder may hang on.
    public func matters(_ port: PortFacts) -> Bool {
        port.isNamed || !claimants(of: port).isEmpty || port.port.assignedDriver != nil || owner(of: port) != nil
            || (encoders.isEmpty && port.chip != nil)
    }

    /// How surely the port is found again, in words.
    public func identity(of port: PortFacts) -> String {
        let detected = port.port
        switch detected.kind {
        case .tcp: return detected.admits == nil ? "a network address" : "an address of this machine, where the lock server dials in"
        case .pcsc: return "the name of the reader; two readers of one model are numbered in the order of their plugs"
        case .tty, .hidraw: break
        }
        let same = ports.filter { $0.port.serial == detected.serial && $0.port.hasUsableSerial }.count
        if detected.hasUsableSerial, same <= 1 { return "serial number \(detected.serial ?? ""): found again in any USB socket" }
        let why =
            detected.serial.map {
                detected.hasUsableSerial
                    ? "serial number \($0) is on \(same) devices" : "serial number \($0) says nothing, every unit has it"
            } ?? "no serial number"
        if let place = port.socket ?? detected.idPath { return "\(why): bound to USB port \(place), do not move the plug" }
        return detected.usb == nil ? "a port of this machine, or named by hand" : "\(why) and no path: known by its node only"
    }

    /// The match that finds this port again most surely, as the configuration writes it.
    public func match(for port: PortFacts) -> (key: String, value: String) {
        let detected = port.port
        switch detected.kind {
        case .tcp: return (detected.admits == nil ? "tcp" : "tcpListen", detected.address)
        case .pcsc: return ("reader", detected.address)
        case .tty, .hidraw: break
        }
        let same = ports.filter { $0.port.serial == detected.serial && $0.port.hasUsableSerial }.count
        if detected.hasUsableSerial, same <= 1, let serial = detected.serial { return ("serial", serial) }
        if detected.usb != nil, let path = detected.idPath { return ("path", path) }
        return ("device", detected.address)
    }
}
