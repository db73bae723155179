// SPDX-License-Identifier: Apache-2.0
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import LocalEndpoint
import PortIO

/// Gathers the parts of the bundle and writes it where only its owner reads it.
package struct ReportBundle {
    let look: Look
    let configPath: String
    /// What went over the lines when encoders were asked: lengths, no content.
    var trace: [String] = []
    var frames: [String] = []

    package init(look: Look, configPath: String, trace: [String] = []) {
        self.look = look
        self.configPath = configPath
        self.trace = trace
    }

    /// What went over the lines of the running bridge last: kinds and lengths, no content.
    package mutating func ask(_ bridge: BridgeClient) async {
        for encoder in look.bridge?.encoders ?? [] {
            // A bridge of before, or one that has just stopped: the bundle goes without.
            guard let frames = try? await bridge.frames(of: encoder.name), !frames.isEmpty else { continue }
            self.frames += ["\(encoder.name):"]
            self.frames += frames.map { frame in
                "  \(frame.at.formatted(.iso8601.time(includingFractionalSeconds: true)))  \(frame.direction.rawValue.padded(8))  "
                    + "\(String(frame.bytes).padded(5))  \(frame.kind)"
            }
        }
    }

    /// - Returns: the path of the file.
    package func write(to path: String?, now: Date = Date()) throws -> String {
        let stamp = now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted).timeZoneSeparator(.omitted))
        let file = path ?? "encoder-bridge-report-\(stamp).txt"
        let full = URL(fileURLWithPath: file).path
        guard
            FileManager.default.createFile(
                atPath: full, contents: Data(ReportText.text(parts(now)).utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        return full
    }

    func parts(_ now: Date) -> [ReportText.Part] {
        var parts = [
            ReportText.Part(title: "encoder-bridge \(BuildVersion.text), \(now.formatted(.iso8601))", text: system),
            ReportText.Part(title: "probe", text: ProbeScreen().text(look)),
        ]
        if let bridge = look.bridge {
            parts.append(ReportText.Part(title: "status, with the last faults", text: StatusPage().text(bridge, now: now)))
        } else {
            parts.append(ReportText.Part(title: "status", text: "no bridge answers"))
        }
        parts.append(ReportText.Part(title: "udev rules in force that name us or an adapter", text: rules))
        parts.append(ReportText.Part(title: "USB", text: usb))
        let written = (try? String(contentsOfFile: configPath, encoding: .utf8)) ?? "cannot be read"
        parts.append(ReportText.Part(title: "configuration \(configPath)", text: ReportText.redacted(configuration: written)))
        if !trace.isEmpty { parts.append(ReportText.Part(title: "trace (lengths only)", text: trace.joined(separator: "\n"))) }
        if !frames.isEmpty {
            parts.append(
                ReportText.Part(title: "last frames of the running bridge (UTC, kinds and lengths)", text: frames.joined(separator: "\n")))
        }
        return parts
    }

    private var system: String {
        func value(_ path: String) -> String? { (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .newlines) }
        let name = value("/etc/os-release")?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }.map(String.init)
        let modules = (KernelList.lines("/proc/modules") ?? []).compactMap { $0.split(separator: " ").first.map(String.init) }
        let ours = modules.filter { module in
            ["usbserial", "cp210x", "ch341", "ftdi_sio", "pl2303", "cdc_acm", "usbhid", "hidraw", "pn533", "nfc"].contains {
                module.hasPrefix($0)
            }
        }
        return [
            name, value("/proc/version"), "drivers: \(DriverCatalog.all.map(\.name).joined(separator: ", "))",
            "kernel modules: \(ours.isEmpty ? "none of ours loaded" : ours.joined(separator: ", "))",
            "programs: \(look.machine.programs.sorted().joined(separator: ", "))",
            "units: \(look.machine.units.sorted().joined(separator: ", "))",
        ].compactMap(\.self).joined(separator: "\n")
    }

    private var rules: String {
        let ids = look.machine.usb.map(\.id)
        let telling = look.machine.rules.inForce.filter { rule in
            [RuleFiles.ours, RuleFiles.local].contains(rule.name) || ids.contains { rule.names($0) }
        }
        if telling.isEmpty { return "none" }
        return telling.map { rule in
            [RuleFiles.ours, RuleFiles.local].contains(rule.name) ? "\(rule.path):\n\(rule.text)" : rule.path
        }.joined(separator: "\n")
    }

    private var usb: String {
        look.machine.usb.map { device in
            let interfaces = device.interfaces.map { "\($0.name) \($0.driver ?? "no driver")" }.joined(separator: ", ")
            return "\(device.socket)  \(device.id)  \(device.product ?? "")  \(interfaces)"
        }.joined(separator: "\n")
    }
}
