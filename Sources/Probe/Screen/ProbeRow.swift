// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import Foundation
import LocalEndpoint
import PortIO

/// One port as `probe` shows it, or an encoder of the configuration whose port is not there, or the machine as a whole. The members are
/// those of `--json`.
package struct ProbeRow: Encodable, Sendable {
    struct Note: Encodable, Sendable {
        var code: String
        /// `blocks`, `risk` or `note`.
        var weight: String
        var encoder: String?
        var sentence: String
        var commands: [String]

        init(_ finding: Finding) {
            code = finding.code.rawValue
            weight = "\(finding.weight)"
            encoder = finding.encoder?.text
            sentence = finding.sentence
            commands = finding.commands
        }
    }

    var address: String
    /// `tty`, `hidraw`, `pcsc`, `tcp`; `null` where there is no port.
    var kind: String?
    var product: String?
    var chip: String?
    var usb: String?
    /// The USB socket: `1-1.4`.
    var socket: String?
    var kernelDriver: String?
    var serial: String?
    var path: String?
    var links: [String] = []
    /// How to name this port in the configuration.
    var match: String?
    var identity: String?
    /// `root:dialout 0660`
    var access: String?
    /// `minicom (pid 812)`
    var holder: String?
    var latencyTimer: Int?
    /// Whether our udev rule is installed, and whether it took effect on this device.
    var rule: String?
    /// The encoder of the configuration that this port is.
    var encoder: String?
    var driver: String?
    var reason: String?
    /// What the encoder said when it was asked.
    var answer: String?
    /// The daemon has it open: it is asked, not fought for the port.
    var isServed = false
    /// What is in the way and stops it, with what to do; `null` when nothing does.
    var problem: String?
    var findings: [Note] = []

    init(address: String) { self.address = address }
}

extension ProbeRow {
    /// One row a port, then one for each finding that belongs to no port.
    package static func rows(_ look: Look) -> [ProbeRow] {
        let diagnosis = look.diagnosis
        let findings = diagnosis.findings
        var rows = diagnosis.ports.map { ProbeRow($0, look, diagnosis, findings) }
        var rest = findings.filter { finding in !rows.contains { $0.address == finding.port } }
        for encoder in diagnosis.encoders where diagnosis.ports(of: encoder).isEmpty {
            var row = ProbeRow(address: encoder.match.description)
            row.encoder = encoder.name?.text
            row.driver = encoder.driver
            row.reason = "the configuration says \(encoder.match)"
            let own = rest.filter { $0.encoder == encoder.name && $0.port == nil }
            row.take(own)
            rest.removeAll { own.contains($0) }
            rows.append(row)
        }
        for finding in rest {
            var row = ProbeRow(address: finding.port ?? "this machine")
            row.encoder = finding.encoder?.text
            row.take([finding])
            rows.append(row)
        }
        return rows
    }

    private mutating func take(_ own: [Finding]) {
        findings = own.map(Note.init)
        problem = own.first { $0.weight == .blocks }.map { ([$0.sentence] + $0.commands).joined(separator: " ") }
    }

    private init(_ facts: PortFacts, _ look: Look, _ diagnosis: Diagnosis, _ findings: [Finding]) {
        let port = facts.port
        address = port.address
        kind = port.kind.rawValue
        let names = [port.vendorName, port.productName].compactMap(\.self)
        product = names.isEmpty ? nil : names.joined(separator: " ")
        chip = facts.chip?.name
        usb = port.usb?.description
        socket = facts.socket
        kernelDriver = port.kernelDriver
        serial = port.serial
        path = port.idPath
        links = port.links
        let best = diagnosis.match(for: facts)
        match = "\(best.key): \(best.value)"
        identity = diagnosis.identity(of: facts)
        access = facts.node?.text
        holder = facts.holder.map { "\($0.process.name) (pid \($0.process.pid))" }
        latencyTimer = facts.latencyTimer
        rule = Self.rule(facts, look.machine)
        let claimants = diagnosis.claimants(of: facts)
        isServed = facts.holder?.isBridge ?? false
        (driver, reason) = Self.driver(facts, claimants.first, diagnosis)
        if let claimant = claimants.first {
            encoder = claimant.name?.text
            if case .answered(let words) = claimant.dialogue {
                let place = look.encoders.firstIndex { $0.match == claimant.match && $0.name == claimant.name }
                let took = place.flatMap { look.took[$0] }?.formatted(.units(allowed: [.milliseconds], fractionalPart: .hide))
                answer = words + (took.map { ", after \($0)" } ?? "")
            }
            let state = look.bridge?.encoders.first { $0.name == claimant.name }?.state.rawValue
            if let state {
                isServed = true
                reason = (reason ?? "") + "; the running bridge has it: \(state)"
            } else if isServed {
                reason = (reason ?? "") + "; the running bridge (\(holder ?? "")) has it: `encoder-bridge status` tells how it is"
            }
        }
        take(findings.filter { $0.port == port.address })
    }

    /// The driver that takes the port, and why; or why none does.
    private static func driver(_ facts: PortFacts, _ claimant: EncoderFacts?, _ diagnosis: Diagnosis) -> (String?, String) {
        if let claimant {
            return (claimant.driver, claimant.name == nil ? "named on the command line" : "the configuration says \(claimant.match)")
        }
        if let assigned = facts.port.assignedDriver {
            return (assigned, "a udev rule says so; no encoder of the configuration names the port yet, so nothing is sent to it")
        }
        if let owner = diagnosis.owner(of: facts) {
            return (owner.name, "its USB id is that family's own; no encoder of the configuration names it yet, so nothing is sent to it")
        }
        if let chip = facts.chip {
            return (
                nil,
                "a bare \(chip.name) adapter does not tell what hangs behind it: `encoder-bridge probe \(Shell.quoted(facts.port.address)) --adopt`"
            )
        }
        return (nil, "no encoder of the configuration names it; nothing is sent to it")
    }

    private static func rule(_ facts: PortFacts, _ machine: MachineFacts) -> String? {
        guard facts.port.usb != nil, facts.port.kind != .pcsc else { return nil }
        guard machine.rules[RuleFiles.ours] != nil else { return "\(RuleFiles.ours) is not installed" }
        if facts.isMarkedByRule { return "\(RuleFiles.ours) took effect" }
        return "\(RuleFiles.ours) is installed and does not name this device"
    }
}
