// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// USB devices that should be a port and are none, because something else has taken them.
extension Diagnosis {
    var usbFindings: [Finding] {
        machine.usb.flatMap { device -> [Finding] in
            if let chip = AdapterChip.known[device.id] { return adapter(device, chip).map { [$0] } ?? [] }
            if device.isCardReader || manifests.contains(where: { $0.usb.contains(device.id) }) {
                return kernelDriver(on: device).map { [$0] } ?? []
            }
            return []
        }
    }

    private func name(_ device: USBFacts) -> String { "USB \(device.socket)" }

    /// A serial adapter that is plugged in while no serial port came of it.
    private func adapter(_ device: USBFacts, _ chip: AdapterChip) -> Finding? {
        guard !ports.contains(where: { $0.socket == device.socket }) else { return nil }
        let what = "The \(chip.name) adapter (\(device.id)) in USB port \(device.socket) has no serial port"
        let taken = device.interfaces.compactMap(\.driver).first
        if let rule = machine.rules.rule(of: "brltty", naming: device.id) {
            return Finding(
                .brltty, .blocks, port: name(device), "\(what): brltty's udev rule \(rule.path) has taken it for a Braille display.",
                commands: Self.mask(rule) + (machine.programs.contains("brltty") ? ["sudo systemctl stop brltty"] : []))
        }
        if let taken, taken != chip.module {
            if taken == "usbfs", machine.programs.contains("brltty") {
                return Finding(
                    .brltty, .blocks, port: name(device), "\(what): brltty has taken it for a Braille display.",
                    commands: ["sudo apt remove brltty    # then pull the plug and put it in again"])
            }
            return Finding(
                .kernelDriver, .blocks, port: name(device),
                "\(what): \(taken == "usbfs" ? "a program" : "the kernel's \(taken)") has taken it.",
                commands: device.interfaces.filter { $0.driver == taken }.map {
                    "echo \($0.name) | sudo tee /sys/bus/usb/drivers/\(taken)/unbind"
                } + ["sudo modprobe \(chip.module)    # then pull the plug and put it in again"])
        }
        return Finding(
            .kernelModuleMissing, .blocks, port: name(device),
            "\(what): the kernel module \(chip.module) is not loaded, or this kernel is too old for the chip.",
            commands: ["sudo modprobe \(chip.module)"])
    }

    /// Drivers that leave a reader to whoever opens it.
    private static let harmless: Set<String> = ["usbfs", "usbhid", "cdc_acm", "usb", "uhid"]

    private func kernelDriver(on device: USBFacts) -> Finding? {
        guard let interface = device.interfaces.first(where: { $0.driver.map { !Self.harmless.contains($0) && !isSerial($0) } ?? false }),
            let driver = interface.driver
        else { return nil }
        let words = device.product ?? device.id.description
        let sentence = "The kernel's driver \(driver) has the reader \(words) in USB port \(device.socket): no program can open it."
        if driver.hasPrefix("pn533") {
            return Finding(
                .kernelDriver, .blocks, port: name(device), sentence,
                commands: [
                    "printf 'blacklist pn533_usb\\nblacklist pn533\\n' | sudo tee /etc/modprobe.d/encoder-bridge.conf",
                    "sudo modprobe -r pn533_usb pn533", "sudo systemctl restart pcscd",
                ])
        }
        return Finding(
            .kernelDriver, .blocks, port: name(device), sentence,
            commands: [
                "echo \(interface.name) | sudo tee /sys/bus/usb/drivers/\(driver)/unbind",
                "echo 'blacklist \(driver)' | sudo tee -a /etc/modprobe.d/encoder-bridge.conf    # for good",
            ])
    }

    private func isSerial(_ driver: String) -> Bool { AdapterChip.known.values.contains { $0.module == driver } }

    /// Whatever needs pcscd, and pcscd is not there.
    var cardServiceFindings: [Finding] {
        // A reader in the list is proof enough: only pcscd knows of it.
        guard !machine.hasCardService, !ports.contains(where: { $0.port.kind == .pcsc }) else { return [] }
        let reader = machine.usb.first(where: \.isCardReader)
        let encoder = encoders.first { if case .reader = $0.match { true } else { false } }
        guard reader != nil || encoder != nil else { return [] }
        let whose = encoder?.name.map { " of encoder \($0)" } ?? reader.map { " (\($0.product ?? $0.id.description))" } ?? ""
        let isInstalled = machine.units.contains("pcscd.socket")
        return [
            Finding(
                .cardServiceMissing, encoder == nil ? .risk : .blocks, encoder: encoder?.name,
                "pcscd is \(isInstalled ? "not running" : "not installed"): without it nobody can reach the PC/SC reader\(whose).",
                commands: isInstalled ? ["sudo systemctl enable --now pcscd.socket"] : ["sudo apt install pcscd libccid"])
        ]
    }
}
