// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Glibc
import PortIO
import SiteConfiguration

/// One port as `probe` shows it: what it is, what drives it and why, what is in the way and which command fixes it.
struct ProbeRow: Encodable {
    var address: String
    var product: String?
    var usb: String?
    var kernelDriver: String?
    var serial: String?
    var path: String?
    /// How to name this port in the configuration.
    var match: String?
    var identity: String
    var links: [String]
    /// The encoder of the configuration that this port is.
    var encoder: String?
    var driver: String?
    var reason: String
    /// What is in the way, with what to do; `nil` when nothing is.
    var problem: String?
    /// What the encoder said when it was asked.
    var answer: String?
    /// The daemon has it open: it is asked, not fought for the port.
    var isServed = false
    /// A PC/SC reader: its address is a name.
    var isReader = false

    /// A port that a person named and nothing lists.
    init(named address: String) {
        self.address = address
        identity = "named by hand"
        links = []
        match = address.hasPrefix("/") ? "device: \(address)" : "tcp: \(address)"
        reason = "not listed by udev, and no encoder of the configuration uses it"
    }

    init(_ port: DetectedPort, strength: String) {
        address = port.address
        let names = [port.vendorName, port.productName].compactMap(\.self)
        product = names.isEmpty ? nil : names.joined(separator: " ")
        usb = port.usb?.description
        kernelDriver = port.kernelDriver
        serial = port.serial
        path = port.idPath
        links = port.links
        identity = strength
        reason = ""
        isReader = port.kind == .pcsc
    }

    /// One row a port, then one for each configured encoder whose port is not there.
    static func rows(ports: [DetectedPort], encoders: [EncoderConfiguration]) -> [ProbeRow] {
        let serials = Dictionary(grouping: ports.filter(\.hasUsableSerial), by: { $0.serial ?? "" })
        var rows: [ProbeRow] = []
        var found: Set<EncoderName> = []
        for port in ports {
            let unique = port.hasUsableSerial && serials[port.serial ?? ""]?.count == 1
            var row = ProbeRow(port, strength: strength(of: port, unique: unique))
            row.match = unique ? "serial: \(port.serial ?? "")" : port.idPath.map { "path: \($0)" } ?? "device: \(port.address)"
            if row.isReader { row.match = "reader: \(port.address)" }
            let claimants = encoders.filter { $0.match.matches(port) }
            found.formUnion(claimants.map(\.name))
            if claimants.count > 1 {
                row.problem =
                    "\(claimants.map(\.name.text).joined(separator: " and ")) both name this port: give each encoder its own match"
            }
            if let claimant = claimants.first {
                row.encoder = claimant.name.text
                row.driver = claimant.driver
                row.reason = "the configuration says \(claimant.match)"
            } else {
                row.reason = "no encoder of the configuration names it; nothing is sent to it"
            }
            rows.append(row)
        }
        for encoder in encoders where !found.contains(encoder.name) {
            var row: ProbeRow
            switch encoder.match {
            case .tcp(let host, let port): row = ProbeRow(named: "\(host):\(port)")
            case .device(let path) where FileManager.default.fileExists(atPath: path): row = ProbeRow(named: path)
            default:
                row = ProbeRow(named: encoder.match.description)
                row.problem = "not there: plug it in and switch it on, or correct the match to a port listed here"
            }
            row.match = nil
            row.encoder = encoder.name.text
            row.driver = encoder.driver
            row.reason = "the configuration says \(encoder.match)"
            rows.append(row)
        }
        return rows
    }

    private static func strength(of port: DetectedPort, unique: Bool) -> String {
        if port.kind == .pcsc { return "a PC/SC reader, by the name that pcscd gives it" }
        if unique { return "serial number \(port.serial ?? ""), found again in any socket" }
        let why =
            port.serial.map { port.hasUsableSerial ? "serial number \($0) is on two devices" : "serial number \($0) says nothing" }
            ?? "no serial number"
        guard let path = port.idPath else {
            return port.usb == nil ? "a port of this machine" : "\(why), and no path: named by its node only"
        }
        return "\(why): bound to USB port \(path), do not move the plug"
    }

    /// Looks, without opening: who holds it, may we.
    mutating func inspect() {
        guard problem == nil, address.hasPrefix("/") else { return }
        if let holder = PortHolder.process(holding: address) {
            if holder.name == "encoder-bridge" {
                isServed = true
                reason += "; the running bridge (pid \(holder.pid)) has it: `encoder-bridge status` tells how it is"
            } else {
                problem = "held by \(holder.name) (pid \(holder.pid)): `sudo kill \(holder.pid)`, and keep it off this port"
            }
        } else if access(address, R_OK | W_OK) != 0, errno == EACCES {
            problem = "this user may not open it: `sudo usermod -aG \(Self.group(of: address)) $USER`, then log in again"
        }
    }

    private static func group(of path: String) -> String {
        (try? FileManager.default.attributesOfItem(atPath: path)[.groupOwnerAccountName] as? String) ?? "dialout"
    }

    /// For a terminal of 80 columns.
    var text: String {
        var lines = [([address] + [usb, product, kernelDriver.map { "(\($0))" }].compactMap(\.self)).joined(separator: "  ")]
        func add(_ label: String, _ text: String?) {
            guard let text else { return }
            lines.append("    " + label.padded(10) + wrapped(text, indent: 14))
        }
        add("identity", identity)
        add("driver", "\(driver ?? "none")\(encoder.map { " for \($0)" } ?? ""): \(reason)")
        if encoder == nil { add("match", match) }
        add("answer", answer)
        add("problem", problem)
        return lines.joined(separator: "\n")
    }
}
