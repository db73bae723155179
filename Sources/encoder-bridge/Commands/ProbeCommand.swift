// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Glibc
import LocalEndpoint
import PortIO
import Ports
import Probe
import SiteConfiguration
import Synchronization

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "What is attached, what would drive it, what is in the way and how to take it away.",
        discussion: """
            Shows first what is in the way, each with the command that fixes it, then every serial port, HID device and card reader. \
            Sends no byte unless told to with --identify (or --driver, --reset, --watch with --driver, --test-card), and then only to \
            ports that the configuration assigns to a driver, or to the DEVICE that you name together with --driver: another machine \
            may hang on a neighbouring port. An encoder that does not answer to its driver is also asked, on its own port, after a \
            reset, as the other families and at other speeds. Where the bridge runs, it is asked, and its ports are left alone.

            --test-card writes cards: only such as are blank or carry nothing but an earlier test, and never a lock maker's.

            Exit status: 0 every configured encoder has a usable port (and answered, if asked); 1 something is in the way; \
            64 the command was not understood; 78 the configuration cannot be read.
            """)

    @Argument(help: "Look at this port only: a device node, HOST:PORT, or the name of an encoder.") var device: String?
    @OptionGroup var config: ConfigurationOption
    @Option(help: "Ask DEVICE with this driver; implies --identify.") var driver: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting of --driver, as NAME=VALUE.", valueName: "name=value")) var settings:
        [String] = []
    @Flag(help: "Ask the encoders who they are. Sends bytes, changes no card.") var identify = false
    @Flag(help: "Wake a deaf encoder with its family's reset before it is asked; needs DEVICE and --driver.") var reset = false
    @Flag(help: "Print what to write down for DEVICE: the configuration's entry and the udev rule.") var adopt = false
    @Option(help: "The encoder's name for --adopt.") var name: String = "front-desk"
    @Flag(help: "Follow plugs, cards and jobs until Ctrl-C; with --driver also what goes over DEVICE, as lengths.") var watch = false
    @Flag(help: "With --watch: show the bytes and the cards' numbers too. They may be a guest's.") var bytes = false
    @Flag(help: "Try an encoder with cards: look, write, read back, make blank. Needs DEVICE.") var testCard = false
    @Option(help: "How many cards --test-card takes; 0: until no more is wanted.") var cards = 0
    @Flag(help: "Write one file for a colleague: system, rules, findings, last faults, configuration without secrets.") var report = false
    @Option(help: "Where --report writes; default: a new file in this folder.") var output: String?
    @Flag(help: "For programs.") var json = false
    @Option(help: .hidden) var root: String = "/"

    func validate() throws {
        if driver != nil, device == nil { throw ValidationError("--driver needs the DEVICE to ask") }
        if driver == nil, !settings.isEmpty { throw ValidationError("--set belongs to --driver") }
        if reset, driver == nil { throw ValidationError("--reset needs DEVICE and --driver") }
        if adopt, device == nil { throw ValidationError("--adopt needs the DEVICE") }
        if testCard, device == nil { throw ValidationError("--test-card needs the DEVICE") }
        if bytes, !watch || driver == nil { throw ValidationError("--bytes belongs to --watch DEVICE --driver NAME") }
        if [adopt, watch, testCard, report].filter({ $0 }).count > 1 {
            throw ValidationError("--adopt, --watch, --test-card and --report are one at a time")
        }
    }

    func run() async throws {
        var look = try await look()
        if adopt { return try printAdoption(of: look) }
        if watch { return try await follow(look) }
        if testCard { return try await test(look) }
        let trace = Mutex<[String]>([])
        if identify || driver != nil {
            let isQuiet = json || isatty(STDERR_FILENO) == 0
            let named = driver == nil ? nil : try values()
            await look.identify(site: try encoders(), named: named, wakeFirst: reset) { line in
                trace.withLock { $0.append(line) }
                if !isQuiet { complain(line) }
            }
        }
        if report {
            var bundle = ReportBundle(look: look, configPath: config.path, trace: trace.withLock { $0 })
            if let endpoint = try configured()?.endpoint { await bundle.ask(BridgeClient(endpoint)) }
            print(try bundle.write(to: output))
            return
        }
        print(json ? try JSONText.encode(ProbeRow.rows(look)) : ProbeScreen(.ofOutput).text(look))
        let stops = look.diagnosis.findings.contains { $0.weight == .blocks && ($0.encoder != nil || device != nil) }
        if stops { throw ExitCode.trouble }
    }

    /// What there is to see, with the running bridge's word on it.
    private func look() async throws -> Look {
        let reading = try read()
        let site = reading?.configuration
        var status: BridgeStatusDocument?
        if let endpoint = site?.endpoint { status = try? await BridgeClient(endpoint).status().document }  // not running is a fact too
        var remark: String?
        let detected = listed(&remark)
        var look = Look(
            detected: detected, site: site?.encoders ?? [], bridge: status, device: place(in: site, detected),
            driver: try driver.map { ($0, try values()) }, gathering: FactGathering(root: SystemRoot(root)))
        if let count = reading?.problems.count, count > 0, remark == nil {
            remark =
                "\(count) problem\(count == 1 ? "" : "s") in \(config.path), and what is wrong there is left out here:"
                + " `encoder-bridge check --config \(config.path)`"
        }
        look.remark = remark
        look.machine.configuration = config.path
        if device != nil, look.ports.isEmpty {
            complain("there is no port \(device ?? ""): write a device node such as /dev/ttyUSB0, HOST:PORT, or the name of an encoder")
            throw ExitCode.trouble
        }
        return look
    }

    /// The port that a person named, whatever they call it by.
    private func place(in site: SiteConfiguration?, _ detected: [DetectedPort]) -> String? {
        guard let match = site?.encoders.first(where: { $0.name.text == device })?.match else { return device }
        switch match {
        case .device(let path): return path
        case .tcp(let host, let port), .tcpListen(let host, let port, _): return HostAndPort(host: host, port: port).description
        case .serial, .path, .reader: return detected.first { match.matches($0) }?.address ?? device
        }
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
    private func read() throws -> ConfigurationReading? {
        if config.path == ConfigurationOption.usual, !FileManager.default.fileExists(atPath: config.path) { return nil }
        return try config.load()
    }

    func configured() throws -> SiteConfiguration? { try read()?.configuration }

    func encoders() throws -> [EncoderConfiguration] { try configured()?.encoders ?? [] }

    private func printAdoption(of look: Look) throws {
        guard let port = look.ports.first else { throw ExitCode.trouble }
        guard let adoption = Adoption(port, in: look.diagnosis, driver: driver, name: name) else {
            print(AdoptionPage.question(port, name: name, config: config.path))
            throw ExitCode.trouble
        }
        print(AdoptionPage.text(adoption, config: config.path))
    }

    // MARK: Watching

    private func follow(_ look: Look) async throws {
        let site = try configured()
        var named: (DetectedPort, any EncoderDriver)?
        if let driver, let port = look.ports.first { named = (port.port, try made(driver)) }
        let watch = ProbeWatch(
            site: site?.encoders ?? [], bridge: site?.endpoint.map { BridgeClient($0) },
            gathering: FactGathering(root: SystemRoot(root)), ink: .ofOutput, json: json, showsBytes: bytes)
        await watch.run(named: named)
    }

    func made(_ name: String, _ settings: DriverSettings? = nil) throws -> any EncoderDriver {
        let known = try settings ?? values()
        do throws(SettingsFault) {
            return try DriverCatalog.make(name: name, settings: known)
        } catch {
            complain(error.description)
            throw ExitCode.trouble
        }
    }

    func values() throws -> DriverSettings {
        var values: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else { throw ValidationError("'\(setting)': write NAME=VALUE") }
            values[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        return DriverSettings(values)
    }
}
