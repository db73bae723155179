// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import DriverKit
import EncoderModel
import Foundation
import PortIO
import SiteConfiguration

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "What is attached, what would drive it, what is in the way.",
        discussion: """
            Sends no byte unless --identify is given, and then only to ports that the configuration assigns to a driver, or to the \
            DEVICE that you name together with --driver: another machine may hang on a neighbouring port.

            Exit status: 0 every configured encoder has a usable port, 1 one has not.
            """)

    @Argument(help: "Look at this port only: a device node, or HOST:PORT.") var device: String?
    @OptionGroup var config: ConfigurationOption
    @Option(help: "Ask DEVICE with this driver; implies --identify.") var driver: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting of --driver, as NAME=VALUE.", valueName: "name=value")) var settings:
        [String] = []
    @Flag(help: "Ask the encoders who they are. Sends bytes, changes no card.") var identify = false
    @Flag(help: "For programs.") var json = false

    func validate() throws {
        if driver != nil, device == nil { throw ValidationError("--driver needs the DEVICE to ask") }
        if driver == nil, !settings.isEmpty { throw ValidationError("--set belongs to --driver") }
    }

    func run() async throws {
        let site = try configuration()
        var rows = ProbeRow.rows(ports: try ports(), encoders: site)
        if let device {
            rows = rows.filter { $0.address == device || $0.links.contains(device) }
            if rows.isEmpty { rows = [ProbeRow(named: device)] }
        }
        for index in rows.indices {
            rows[index].inspect()
            if let driver {
                rows[index].driver = driver
                await rows[index].identify(with: try values(), named: driver)
            } else if identify, let encoder = site.first(where: { $0.name.text == rows[index].encoder }) {
                await rows[index].identify(with: encoder.settings, named: encoder.driver)
            }
        }
        if json {
            print(try JSONText.encode(rows))
        } else {
            print(
                rows.isEmpty
                    ? "no serial port is attached; is the cable in, and the adapter's light on?" : rows.map(\.text).joined(separator: "\n"))
        }
        let served = Set(rows.filter { $0.problem == nil }.compactMap(\.encoder))
        if device == nil, site.contains(where: { !served.contains($0.name.text) }) { throw ExitCode.trouble }
        if rows.contains(where: { $0.problem != nil && ($0.encoder != nil || device != nil) }) { throw ExitCode.trouble }
    }

    private func ports() throws -> [DetectedPort] {
        do throws(Fault) {
            return try LinuxPorts().list()
        } catch {
            complain("udev does not tell which ports there are (\(error.detail ?? "")): is systemd-udevd running, and /run/udev here?")
            throw ExitCode.trouble
        }
    }

    /// The encoders of the configuration; none where there is no file, which is how a technician first meets a machine.
    private func configuration() throws -> [EncoderConfiguration] {
        if config.path == ConfigurationOption.usual, !FileManager.default.fileExists(atPath: config.path) { return [] }
        return try config.load().configuration.encoders
    }

    private func values() throws -> DriverSettings {
        var values: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else { throw ValidationError("'\(setting)': write NAME=VALUE") }
            values[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        return DriverSettings(values)
    }
}
