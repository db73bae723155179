// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// What is wrong with an encoder of the configuration: where it is, which driver it has, what it said when it was asked.
extension Diagnosis {
    func encoderFindings(_ encoder: EncoderFacts) -> [Finding] {
        var found: [Finding] = []
        let own = ports(of: encoder)
        let isNetwork =
            switch encoder.match {
            case .tcp, .tcpListen: true
            case .serial, .path, .device, .reader: false
            }
        let waitsForPcscd = if case .reader = encoder.match { !cardServiceFindings.isEmpty } else { false }
        if own.isEmpty, !isNetwork, !waitsForPcscd { found.append(absent(encoder)) }
        if Set(own.map(\.port.address)).count > 1 { found.append(ambiguous(encoder, own)) }
        if let port = own.first, let wrong = driver(of: encoder, on: port) { found.append(wrong) }
        if !swappedForSure.contains(encoder), let said = dialogue(of: encoder, on: own.first) { found.append(said) }
        return found
    }

    // MARK: Where it is

    private func absent(_ encoder: EncoderFacts) -> Finding {
        let free = ports.filter { $0.port.usb != nil && claimants(of: $0).isEmpty && speaks(encoder, $0) }
        var sentence = "The port of \(encoder.subject) (\(encoder.match)) is not there"
        var commands: [String] = []
        switch encoder.match {
        case .reader:
            sentence += ": is the reader plugged in, and does pcscd know its driver?"
            commands = ["sudo apt install pcscd libccid pcsc-tools && pcsc_scan -r"]
        case .path where machine.rules[RuleFiles.ours] == nil && free.contains { $0.port.kind == .hidraw && $0.port.idPath == nil }:
            sentence += " yet: only our udev rule gives a HID device a path to be found by."
            commands = Self.installRule
        case .path where free.count == 1:
            let other = free[0]
            sentence += ", but \(other.port.address) in USB port \(other.socket ?? "?") belongs to nobody: was the plug moved?"
            commands = ["encoder-bridge probe \(Shell.quoted(other.port.address)) --adopt    # or put the plug back"]
        case .path where encoders.isEmpty == false && !free.isEmpty:
            sentence += "; the plug may be in another socket: \(free.map(\.port.address).joined(separator: ", ")) belong to nobody."
        default: sentence += ": is it plugged in and switched on?"
        }
        return Finding(.absent, .blocks, encoder: encoder.name, sentence, commands: commands)
    }

    private func speaks(_ encoder: EncoderFacts, _ port: PortFacts) -> Bool {
        encoder.manifest?.ports.contains(port.port.kind) ?? (port.port.kind == .tty)
    }

    private func ambiguous(_ encoder: EncoderFacts, _ own: [PortFacts]) -> Finding {
        let sentence =
            "'\(encoder.match)' of \(encoder.subject) fits \(Set(own.map(\.port.address)).sorted().joined(separator: " and "))"
        // pcscd knows readers by their names only; it numbers those that are called the same.
        if case .reader = encoder.match {
            return Finding(
                .ambiguous, .blocks, encoder: encoder.name, sentence + ": write the whole name of one of them behind `reader:`.",
                commands: ["pcsc_scan -r"])
        }
        return Finding(
            .ambiguous, .blocks, encoder: encoder.name, sentence + ": bind it to its USB socket.",
            commands: own.map { "encoder-bridge probe \(Shell.quoted($0.port.address)) --adopt" })
    }

    // MARK: Its driver

    private func driver(of encoder: EncoderFacts, on port: PortFacts) -> Finding? {
        guard let manifest = encoder.manifest else {
            return Finding(
                .unknownDriver, .blocks, port: port.port.address, encoder: encoder.name,
                "There is no driver '\(encoder.driver)' (\(encoder.subject)).", commands: ["encoder-bridge check"])
        }
        let owner = owner(of: port)
        if let owner, owner.name != manifest.name, !manifest.usb.contains(where: { $0 == port.port.usb }) {
            return wrongDriver(encoder, port, "by its USB id \(port.port.usb?.description ?? "") it is one of \(owner.name)", owner.name)
        }
        guard manifest.ports.contains(port.port.kind) else {
            return wrongDriver(encoder, port, "\(manifest.name) does not speak over \(port.port.kind.rawValue)", owner?.name)
        }
        if let assigned = port.port.assignedDriver, assigned != manifest.name, manifests.contains(where: { $0.name == assigned }) {
            return wrongDriver(encoder, port, "a udev rule of the site says \(assigned)", assigned)
        }
        return nil
    }

    private func wrongDriver(_ encoder: EncoderFacts, _ port: PortFacts, _ why: String, _ right: String?) -> Finding {
        Finding(
            .wrongDriver, .blocks, port: port.port.address, encoder: encoder.name,
            "Wrong driver: \(encoder.subject) has the driver \(encoder.driver), but \(why).", commands: write(encoder, right))
    }

    /// The correction of the configuration, as a command.
    private func write(_ encoder: EncoderFacts, _ right: String?) -> [String] {
        guard let right else { return ["encoder-bridge probe --identify"] }
        guard let name = encoder.name else { return ["write `driver: \(right)`"] }
        return ["sudoedit \(machine.configuration)    # encoders: \(name): driver: \(right)"]
    }

    // MARK: What it said

    private func dialogue(of encoder: EncoderFacts, on port: PortFacts?) -> Finding? {
        let address = port?.port.address ?? encoder.match.description
        let speed = port?.port.kind == .tty ? encoder.baud.map { " at \($0) baud" } ?? "" : ""
        func finding(_ code: Finding.Code, _ sentence: String, _ commands: [String]) -> Finding {
            Finding(code, .blocks, port: port?.port.address, encoder: encoder.name, sentence, commands: commands)
        }
        switch encoder.dialogue {
        case .notAsked, .answered: return nil
        case .answersTo(let driver):
            return finding(
                .wrongDriver, "Wrong driver: \(encoder.subject) on \(address) does not answer to \(encoder.driver), but to \(driver).",
                write(encoder, driver))
        case .answersAt(let baud):
            let edit = encoder.name.map {
                "sudoedit \(machine.configuration)    # encoders: \($0): settings: { baud: \(baud) }"
            }
            return finding(
                .wrongSpeed, "Wrong speed: \(encoder.subject) on \(address) does not answer\(speed), but at \(baud) baud.",
                [edit ?? "encoder-bridge probe \(Shell.quoted(address)) --driver \(encoder.driver) --set baud=\(baud)"])
        case .noise(let bytes, let like):
            if let like = like.first(where: { $0 != encoder.driver }) {
                return finding(
                    .wrongDriver,
                    "Wrong driver: what comes from \(address)\(speed) is no frame of \(encoder.driver), but one of \(like).",
                    write(encoder, like))
            }
            return finding(
                .noise,
                "Wrong speed or wrong driver: \(bytes) bytes came from \(encoder.subject) on \(address)\(speed) and no frame of"
                    + " \(encoder.driver) is among them.", ask(encoder, address))
        case .silent:
            let deaf =
                encoder.manifest?.canReset == true
                ? " Or is it deaf, because a program left it waiting for a card? A reset wakes it." : ""
            return finding(
                .silent,
                "\(address) is there but nothing answers\(speed): has the encoder its own power, is its light on, its cable in?\(deaf)",
                deaf.isEmpty
                    ? ask(encoder, address) : ["encoder-bridge probe \(Shell.quoted(address)) --driver \(encoder.driver) --reset"])
        case .woke:
            return Finding(
                .deaf, .note, port: port?.port.address, encoder: encoder.name,
                "\(address) was deaf: a program had left it waiting for a card. It has been reset and answers again.",
                commands: ["encoder-bridge probe \(Shell.quoted(address)) --driver \(encoder.driver) --reset    # should it go deaf again"])
        case .failed(let fault):
            switch fault.kind {
            // What has a finding of its own is not said twice.
            case .heldBy where port?.holder != nil, .notPermitted where port?.node != nil: return nil
            default:
                let detail = fault.detail.map { " (\($0))" } ?? ""
                return finding(.fault, "\(encoder.subject) on \(address): \(fault.kind.code)\(detail). \(fault.kind.technicianAdvice)", [])
            }
        }
    }

    /// How to ask it again, with the daemon out of the way if it runs.
    private func ask(_ encoder: EncoderFacts, _ address: String) -> [String] {
        let ask =
            encoder.name == nil
            ? "encoder-bridge probe \(Shell.quoted(address)) --driver \(encoder.driver)" : "encoder-bridge probe --identify"
        guard machine.bridge.answers else { return [ask + "    # asks again"] }
        return ["sudo systemctl stop encoder-bridge; \(ask); sudo systemctl start encoder-bridge"]
    }

    // MARK: Two of them

    var pairFindings: [Finding] {
        shared + swapped
    }

    /// Two encoders that name one port.
    private var shared: [Finding] {
        ports.compactMap { port in
            let names = claimants(of: port).compactMap(\.name)
            guard names.count > 1 else { return nil }
            return Finding(
                .sharedPort, .blocks, port: port.port.address,
                "\(names.map(\.text).joined(separator: " and ")) both name \(port.port.address): give each encoder its own match.",
                commands: ["encoder-bridge check"])
        }
    }

    /// Encoders of which it is known that each hangs where another should. Their drivers are right then, and what they said or did not
    /// say needs no finding of its own.
    var swappedForSure: Set<EncoderFacts> {
        var found: Set<EncoderFacts> = []
        for one in encoders {
            for other in encoders where hears(one, other) {
                guard let first = ports(of: one).first, let second = ports(of: other).first, isTwin(first, second) else { continue }
                found.formUnion([one, other])
            }
        }
        return found
    }

    /// Two adapters that cannot be told apart, with an encoder each: whoever swaps the plugs swaps the encoders.
    private var swapped: [Finding] {
        var found: [Finding] = []
        for (index, one) in encoders.enumerated() {
            for other in encoders.dropFirst(index + 1) {
                guard let first = ports(of: one).first, let second = ports(of: other).first, isTwin(first, second) else { continue }
                guard let (oneName, otherName) = one.name.flatMap({ name in other.name.map { (name, $0) } }) else { continue }
                let where_ = "USB ports \(first.socket ?? first.port.address) and \(second.socket ?? second.port.address)"
                if hears(one, other) || hears(other, one) {
                    found.append(
                        Finding(
                            .swapped, .blocks, encoder: oneName,
                            "\(oneName) and \(otherName) are swapped: two adapters without serial number in \(where_), and each answers"
                                + " to the other's driver. Swap the two plugs.",
                            commands: ["encoder-bridge probe --identify    # afterwards"]))
                } else if one.driver != other.driver, isBad(one.dialogue), isBad(other.dialogue) {
                    found.append(
                        Finding(
                            .swapped, .blocks, encoder: oneName,
                            "\(oneName) and \(otherName) may be swapped: neither answers, and only \(where_) tell the two adapters apart."
                                + " Swap the two plugs.", commands: ["encoder-bridge probe --identify    # afterwards"]))
                }
            }
        }
        return found
    }

    private func isTwin(_ one: PortFacts, _ other: PortFacts) -> Bool {
        one.port.address != other.port.address && one.port.usb != nil && one.port.usb == other.port.usb
            && match(for: one).key == "path" && match(for: other).key == "path"
    }

    /// What hangs where `one` should be is the other's kind.
    private func hears(_ one: EncoderFacts, _ other: EncoderFacts) -> Bool {
        guard one.driver != other.driver else { return false }
        switch one.dialogue {
        case .answersTo(let driver): return driver == other.driver
        case .noise(_, let like): return like.contains(other.driver)
        default: return false
        }
    }

    private func isBad(_ dialogue: Dialogue) -> Bool {
        switch dialogue {
        case .silent, .noise: true
        case .notAsked, .answered, .answersAt, .answersTo, .woke, .failed: false
        }
    }
}
