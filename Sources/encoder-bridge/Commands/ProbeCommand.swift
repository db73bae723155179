// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Glibc
import LocalEndpoint
import PortIO
import SiteConfiguration

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "What is attached, what would drive it, what is in the way and how to take it away.",
        discussion: """
            Shows first what is in the way, each with the command that fixes it, then every serial port, HID device and card reader. \
            Sends no byte unless told to with --identify (or --driver, --reset, --watch with --driver, --test-card), and then only to \
            ports that the configuration assigns to a driver, or to the DEVICE that you name together with --driver: another machine \
            may hang on a neighbouring port. An encoder that does not answer to its driver is also asked, on its own port, after a \
            reset, as the other families and at other speeds. Where the bridge runs, it is asked, and its ports are left alone.

            Exit status: 0 every configured encoder has a usable port (and answered, if asked); 1 something is in the way; \
            64 the command was not understood; 78 the configuration cannot be read.
            """)

    @Argument(help: "Look at this port only: a device node, or HOST:PORT.") var device: String?
    @OptionGroup var config: ConfigurationOption
    @Option(help: "Ask DEVICE with this driver; implies --identify.") var driver: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting of --driver, as NAME=VALUE.", valueName: "name=value")) var settings:
        [String] = []
    @Flag(help: "Ask the encoders who they are. Sends bytes, changes no card.") var identify = false
    @Flag(help: "Wake a deaf encoder with its family's reset before it is asked; needs DEVICE and --driver.") var reset = false
    @Flag(help: "Print what to write down for DEVICE: the configuration's entry and the udev rule.") var adopt = false
    @Option(help: "The encoder's name for --adopt.") var name: String = "front-desk"
    @Flag(help: "For programs.") var json = false
    @Option(help: .hidden) var root: String = "/"

    func validate() throws {
        if driver != nil, device == nil { throw ValidationError("--driver needs the DEVICE to ask") }
        if driver == nil, !settings.isEmpty { throw ValidationError("--set belongs to --driver") }
        if reset, driver == nil { throw ValidationError("--reset needs DEVICE and --driver") }
        if adopt, device == nil { throw ValidationError("--adopt needs the DEVICE") }
    }

    func run() async throws {
        var look = try await look()
        if adopt { return try printAdoption(of: look) }
        if identify || driver != nil {
            let isQuiet = json || isatty(STDERR_FILENO) == 0
            let named = driver == nil ? nil : try values()
            await look.identify(site: try encoders(), named: named, wakeFirst: reset) { if !isQuiet { complain($0) } }
        }
        print(json ? try JSONText.encode(ProbeRow.rows(look)) : ProbeScreen(.ofOutput).text(look))
        let stops = look.diagnosis.findings.contains { $0.weight == .blocks && ($0.encoder != nil || device != nil) }
        if stops { throw ExitCode.trouble }
    }

    /// What there is to see, with the running bridge's word on it.
    private func look() async throws -> Look {
        let site = try configured()
        var status: BridgeStatusDocument?
        if let endpoint = site?.endpoint { status = try? await BridgeClient(endpoint).status().document }  // not running is a fact too
        var remark: String?
        let detected = listed(&remark)
        var look = Look(
            detected: detected, site: site?.encoders ?? [], bridge: status, device: device,
            driver: try driver.map { ($0, try values()) }, gathering: FactGathering(root: SystemRoot(root)))
        look.remark = remark
        if device != nil, look.ports.isEmpty {
            complain("there is no port \(device ?? ""): write a device node such as /dev/ttyUSB0, or HOST:PORT")
            throw ExitCode.trouble
        }
        return look
    }

    private func listed(_ remark: inout String?) -> [DetectedPort] {
        do throws(Fault) {
            return try LinuxPorts().list()
        } catch {
            remark = "udev does not tell which ports there are (\(error.detail ?? "")): is systemd-udevd running, and /run/udev here?"
            return []
        }
    }

    /// `nil` where there is no file, which is how a technician first meets a machine.
    private func configured() throws -> SiteConfiguration? {
        if config.path == ConfigurationOption.usual, !FileManager.default.fileExists(atPath: config.path) { return nil }
        return try config.load().configuration
    }

    private func encoders() throws -> [EncoderConfiguration] { try configured()?.encoders ?? [] }

    private func printAdoption(of look: Look) throws {
        guard let port = look.ports.first else { throw ExitCode.trouble }
        print(AdoptionPage.text(Adoption(port, in: look.diagnosis, driver: driver, name: name), config: config.path))
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
