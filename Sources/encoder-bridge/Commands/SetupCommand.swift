// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import PortIO
import Ports
import Probe
import SiteConfiguration

struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "The first configuration, by questions: zone, language, encoders, the PMS' tokens, the clerks' page.",
        discussion: """
            Answers come line by line from standard input, so a file of answers does too; an empty line takes what stands in brackets. \
            Writes the configuration and the files of tokens (mode 0600), runs `check`, and says what is next. Run again it asks before \
            a configuration is replaced, and keeps the old one beside. Exit status: 0 nothing is wrong; 1 something is, and the \
            output says what.
            """)

    @OptionGroup var config: ConfigurationOption
    @Option(help: "The journal's path.") var journal = "/var/lib/encoder-bridge/journal.sqlite"
    @Flag(help: "Replace a configuration that is there without asking; the old one is kept beside.") var replace = false

    func run() async throws {
        guard access(SetupFiles.folder(of: config.path), W_OK) == 0 else {
            complain("\(config.path) cannot be written: run this with sudo")
            throw ExitCode.trouble
        }
        let isThere = FileManager.default.fileExists(atPath: config.path)
        let reading = isThere ? try? config.load() : nil  // what cannot be read says why, and is somebody's all the same
        if isThere, reading?.isAsShipped != true, !replace {
            complain("\(config.path) is not as it was installed. Write it anew? The old one is kept beside it. yes or no [no]:")
            guard readLine() == "yes" else { return try check() }
        }
        let old = reading?.configuration
        let dialogue = SetupDialogue(
            drivers: DriverCatalog.all.map { manifest in
                .init(
                    name: manifest.name,
                    needed: manifest.settings.filter { $0.defaultValue == nil }.map { setting in
                        (setting.name, setting.meaning + (setting.choices.isEmpty ? "" : " (\(setting.choices.joined(separator: ", ")))"))
                    })
            },
            say: { complain($0) }, answer: { typedLine(isSecret: $0) })
        do {
            let zone = old?.timeZone?.identifier ?? TimeZone.current.identifier
            let answers = try dialogue.answers(ports: Self.ports(), zone: zone, language: old?.language.rawValue ?? "en")
            let files = SetupFiles(configuration: config.path, isInstalled: config.isInstalled, journal: journal)
            try files.write(answers, say: { complain($0) })
            print("\(config.path) is written.")
            if answers.wantsPage, let secret = try files.addDeskToken() {
                print("The page asks for an access code. It is shown this once: \(secret)")
            }
        } catch let trouble as SetupFiles.Trouble {
            complain(trouble.description)
            throw ExitCode.trouble
        } catch let ended as SetupDialogue.Ended {
            complain("\(ended.description); nothing was written")
            throw ExitCode.trouble
        }
        try check()
    }

    /// What hangs on the machine and could be an encoder.
    private static func ports() -> [SetupDialogue.Port] {
        let detected = (try? LinuxPorts().list()) ?? []  // without udev a port is named by hand
        let look = Look(
            detected: detected, site: [], bridge: nil, device: nil, driver: nil, gathering: FactGathering(root: SystemRoot("/")))
        return look.ports.filter { look.diagnosis.matters($0) }.map { port in
            let match = look.diagnosis.match(for: port)
            let names = [port.port.vendorName, port.port.productName].compactMap(\.self).joined(separator: " ")
            return .init(
                title: ([port.port.address, names].filter { !$0.isEmpty } + ["\(match.key) \(match.value)"]).joined(separator: ", "),
                match: match,
                driver: look.diagnosis.owner(of: port)?.name ?? (port.port.kind == .pcsc ? "pcsc" : nil))
        }
    }

    /// `check` of this very program, which judges as the service's user.
    private func check() throws {
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        check.arguments = ["check", "--config", config.path]
        try check.run()
        check.waitUntilExit()
        let restart = "sudo systemctl restart encoder-bridge && sudo encoder-bridge status"
        print(
            check.terminationStatus == 0
                ? "Next: \(config.isInstalled ? restart : "encoder-bridge run --config \(config.path)")"
                : "Next: correct what is named above, then `encoder-bridge check --config \(config.path)` again.")
        if check.terminationStatus != 0 { throw ExitCode.trouble }
    }
}
