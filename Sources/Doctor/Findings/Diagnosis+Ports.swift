// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// What is wrong with a port before a byte is sent: who has it, who may, who else wants it.
extension Diagnosis {
    func portFindings(_ port: PortFacts) -> [Finding] {
        let encoder = claimants(of: port).first?.name
        var found = [holder(of: port), permission(for: port), rule(for: port)].compactMap(\.self)
        found += intruders(on: port)
        for index in found.indices { found[index].encoder = encoder }
        return found
    }

    // MARK: Held

    private func holder(of port: PortFacts) -> Finding? {
        if let intruder = port.holder?.intruder {
            return Finding(
                .heldByProgram, .blocks, port: port.port.address,
                "\(port.port.address) is open in \(intruder.name) (pid \(intruder.pid)) too, beside the bridge: it reads the encoder's answers away.",
                commands: ["sudo kill \(intruder.pid)"])
        }
        guard let holder = port.holder, !holder.isBridge else { return nil }
        let (name, pid) = (holder.process.name, holder.process.pid)
        var commands = ["sudo kill \(pid)"]
        // A service comes back after a kill. One that only happens to be around the program (a login) must not be stopped with it.
        if let unit = holder.unit, Self.isServiceOf(name, unit) { commands = ["sudo systemctl disable --now \(unit)"] }
        return Finding(
            .heldByProgram, .blocks, port: port.port.address,
            "\(port.port.address) is held by \(name) (pid \(pid)): two programs on one port eat each other's answers.", commands: commands)
    }

    private static func isServiceOf(_ program: String, _ unit: String) -> Bool {
        let base = unit.prefix { $0 != "@" && $0 != "." }.lowercased()
        let name = program.lowercased()
        return base.contains(name) || name.contains(base) || (name == "agetty" && base.hasSuffix("getty"))
    }

    // MARK: Permission

    private func permission(for port: PortFacts) -> Finding? {
        guard let node = port.node else { return nil }
        let service = machine.accounts.service
        guard let account = [service, machine.caller].compactMap(\.self).first(where: { !node.permits($0) }) else { return nil }
        let address = port.port.address
        let isService = account.name == Accounts.serviceName
        let who = isService ? "the service's user \(account.name)" : "\(account.name)"
        let sentence = "\(who) may not open \(address): it belongs to \(node.text)"
        // Only the service needs it; who merely looks gets the hint.
        let weight: Finding.Weight = isService || service == nil || port.isNamed ? .blocks : .note
        // A group that may read and write, and is not root's own: join it.
        if node.mode & 0o060 == 0o060, node.group != 0 {
            let listed = machine.accounts.users.first { $0.name == account.name }?.groups.contains(node.group) ?? false
            if listed {
                let fix = isService ? "sudo systemctl restart encoder-bridge" : "newgrp \(node.groupName)"
                return Finding(
                    .notPermitted, weight, port: address,
                    sentence + "; the user is in the group \(node.groupName) by now, but what runs does not know it yet.", commands: [fix])
            }
            var commands = ["sudo usermod -aG \(node.groupName) \(account.name)"]
            commands.append(isService ? "sudo systemctl restart encoder-bridge" : "newgrp \(node.groupName)")
            return Finding(.notPermitted, weight, port: address, sentence + ".", commands: commands)
        }
        let why = machine.rules[RuleFiles.ours] == nil ? ", and our udev rule, which gives it to a group, is not installed." : "."
        let fix =
            machine.rules[RuleFiles.ours] == nil
            ? Self.installRule
            : ["sudo chgrp \(Accounts.serviceName) \(address)", "sudo chmod 660 \(address)", Self.trigger(address)]
        return Finding(.notPermitted, weight, port: address, sentence + why, commands: fix)
    }

    // MARK: Our rule

    static let installRule = [
        "encoder-bridge rules | sudo tee /etc/udev/rules.d/\(RuleFiles.ours)",
        // Not every device of the machine, which would also look anew at its disks and screens.
        "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=tty --subsystem-match=hidraw",
    ]

    static func trigger(_ address: String) -> String { "sudo udevadm trigger --action=change --name-match=\(address)" }

    private func rule(for port: PortFacts) -> Finding? {
        guard port.port.usb != nil, port.port.kind == .tty || port.port.kind == .hidraw else { return nil }
        let address = port.port.address
        if machine.rules[RuleFiles.ours] == nil {
            let hidden = port.port.kind == .hidraw
            return Finding(
                .ruleMissing, hidden ? .blocks : .risk, port: address,
                "Our udev rule \(RuleFiles.ours) is not installed: nothing gives \(address) to the service's group"
                    + " and nothing keeps other programs off it.",
                commands: Self.installRule)
        }
        // A generic chip is marked by the site's own file only; a family's own id by the rule that is installed.
        let local = machine.rules[RuleFiles.local]
        let isTold = owner(of: port) != nil || Self.isTold(local, of: port)
        guard isTold, !port.isMarkedByRule else { return nil }
        return Finding(
            .ruleNotApplied, port.port.kind == .hidraw ? .blocks : .risk, port: address,
            "Our udev rule is installed but has not taken effect on \(address): it was plugged in before, or udev has not read the rule.",
            commands: ["sudo udevadm control --reload", Self.trigger(address)])
    }

    private static func isTold(_ local: RuleFile?, of port: PortFacts) -> Bool {
        guard let local else { return false }
        let lines = local.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let path = port.record.properties["ID_PATH"]
        return lines.contains { line in
            (path.map { line.contains("\"\($0)\"") } ?? false)
                || (port.port.hasUsableSerial && port.port.serial.map { line.contains("\"\($0)\"") } ?? false)
        }
    }

    // MARK: Others that want it

    private func intruders(on port: PortFacts) -> [Finding] {
        guard port.port.kind == .tty, let id = port.port.usb else { return [] }
        let address = port.port.address
        var found: [Finding] = []
        if let rule = machine.rules.rule(of: "brltty", naming: id) {
            found.append(
                Finding(
                    .brltty, .risk, port: address,
                    "brltty's udev rule \(rule.path) takes every \(port.chip?.name ?? id.description) for a Braille display"
                        + " and will take \(address) away at the next plug.", commands: Self.mask(rule)))
        }
        if let rule = machine.rules.rule(of: "gpsd", naming: id) {
            found.append(
                Finding(
                    .gpsd, .risk, port: address,
                    "gpsd's udev rule \(rule.path) takes every \(port.chip?.name ?? id.description) for a GPS receiver and sends to it.",
                    commands: Self.mask(rule)))
        }
        let hasModemManager = machine.programs.contains("ModemManager") || machine.units.contains("ModemManager.service")
        if hasModemManager, !port.record.isKeptFromModemManager {
            let state = machine.programs.contains("ModemManager") ? "runs" : "is installed"
            found.append(
                Finding(
                    .modemManager, .risk, port: address,
                    "ModemManager \(state) and is not told to leave \(address) alone: it may send modem commands to the encoder.",
                    commands: [
                        "encoder-bridge probe \(Shell.quoted(address)) --adopt    # the rule that tells it",
                        "sudo systemctl mask --now ModemManager    # or, without a modem here",
                    ]))
        }
        if let latency = port.latencyTimer, latency > 1 {
            let name = address.split(separator: "/").last ?? ""
            found.append(
                Finding(
                    .latencyTimer, .risk, port: address,
                    "The adapter's latency timer is \(latency) ms: every short answer waits so long in the chip.",
                    commands: ["echo 1 | sudo tee /sys/bus/usb-serial/devices/\(name)/latency_timer"]
                        + (machine.rules[RuleFiles.ours] == nil ? [Self.installRule[0] + "    # for good"] : [])))
        }
        return found
    }

    /// What switches a file of rules off for good, and survives updates of its package.
    static func mask(_ rule: RuleFile) -> [String] {
        let switchOff =
            rule.path.hasPrefix("/etc/") ? "sudo mv \(rule.path) \(rule.path).off" : "sudo ln -s /dev/null /etc/udev/rules.d/\(rule.name)"
        return [switchOff, "sudo udevadm control --reload    # then pull the plug and put it in again"]
    }
}
