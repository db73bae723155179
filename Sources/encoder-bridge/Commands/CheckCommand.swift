// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CardLayouts
import CloudConnector
import Console
import Daemon
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import SiteConfiguration

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads the configuration as the daemon would and says what is wrong, line by line.",
        discussion:
            "Run as root, it reads as the service's user does. Exit status: 0 nothing is wrong, 1 something is, 78 the file cannot be read at all."
    )

    @OptionGroup var config: ConfigurationOption
    @Flag(help: "For programs.") var json = false

    struct CheckFinding: Encodable {
        /// A note is no problem: nothing must be changed.
        enum Kind: String, Encodable { case problem, note }
        var kind = Kind.problem
        var place: String
        var key: String
        var message: String
    }

    func run() throws {
        // systemd reads these as root and hands them over: the service's user may not read the files, and is not asked to.
        let credentials = geteuid() == 0 && ServiceUser.uid != nil ? HandedCredentials() : nil
        try ServiceUser.become()
        if let credentials { try credentials.whileKnown(look) } else { try look() }
    }

    private func look() throws {
        let reading = try config.load()
        var findings = reading.problems.map { CheckFinding(place: $0.place.description, key: $0.key, message: $0.message) }
        findings += secrets(reading.configuration)
        let examples = ExampleCard.all(of: reading.configuration)
        findings += examples.compactMap { example in
            example.objection.map {
                CheckFinding(
                    place: config.path, key: "layouts.\(example.layout)",
                    message: "with its example order, \($0): change the layout or its example")
            }
        }
        var notes = notes(reading.configuration)
        for (isNote, message) in reading.configuration.endpoint?.tls?.objections() ?? [] {
            let finding = CheckFinding(kind: isNote ? .note : .problem, place: config.path, key: "endpoint.tls", message: message)
            if isNote { notes.append(finding) } else { findings.append(finding) }
        }
        if json {
            print(try JSONText.encode(findings + notes))
        } else if findings.isEmpty {
            printSound(reading.configuration, notes, examples)
        } else {
            for finding in findings + notes { show(finding) }
            print("\(findings.count) problem\(findings.count == 1 ? "" : "s"). What is not named here is served as it is written.")
        }
        if !findings.isEmpty { throw ExitCode.trouble }
    }

    private func show(_ finding: CheckFinding) {
        let kind = finding.kind == .note ? "note: " : ""
        print("\(finding.place): \(finding.key.isEmpty ? "" : finding.key + ": ")\(kind)\(finding.message)")
    }

    private func printSound(_ site: SiteConfiguration, _ notes: [CheckFinding], _ examples: [ExampleCard]) {
        let count = site.encoders.count
        let encoders = count == 0 ? "No encoder yet: `encoder-bridge probe`" : "\(count) encoder\(count == 1 ? "" : "s"):"
        print("\(config.path): nothing wrong. \(encoders)")
        for encoder in site.encoders {
            let layout = encoder.layout.map { "  layout \($0.name)" } ?? ""
            print("  \(encoder.name.text.padded(16)) \(encoder.driver.padded(20)) \(encoder.match)\(layout)")
        }
        for note in notes { show(note) }
        for example in examples {
            print("layout \(example.layout), a card of its example order (made up, HMACs with a key of zeros):")
            for row in example.rows { print("  \(row)") }
        }
    }

    /// What is no mistake, but good to know before the first guest stands there.
    private func notes(_ site: SiteConfiguration) -> [CheckFinding] {
        site.encoders.compactMap { encoder in
            guard DriverCatalog.manifest(named: encoder.driver)?.kind == .raw, encoder.layout == nil else { return nil }
            return CheckFinding(
                kind: .note, place: config.path, key: "encoders.\(encoder.name)",
                message: "without a `layout` it cuts only orders that bring their own cardImage; a PMS sends none")
        }
    }

    /// Token files are part of the configuration: missing or open to others is found here and not at the first key.
    private func secrets(_ site: SiteConfiguration) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        func look(_ key: String, _ work: () throws -> Void) {
            do { try work() } catch { findings.append(CheckFinding(place: config.path, key: key, message: "\(error)")) }
        }
        if let path = site.endpoint?.tokensFile {
            look("endpoint.tokensFile") {
                if try EndpointToken.parse(try SecretFile.text(of: path)).isEmpty {
                    throw EndpointFault("\(path) has no token in it, so nobody is let in: write a line NAME read|write TOKEN into it")
                }
            }
        }
        for (key, path) in [("mqtt.userFile", site.mqtt?.userFile), ("mqtt.passwordFile", site.mqtt?.passwordFile)] {
            if let path { look(key) { _ = try SecretFile.read(path) } }
        }
        findings += (site.alerts?.objections() ?? []).map { CheckFinding(place: config.path, key: $0.key, message: $0.message) }
        if let mews = site.mews {
            if let configured = site.timeZone, let said = SQLiteJournal.peek(.timeZone, at: site.journalPath),
                let zone = TimeZoneName.read(said), !TimeZoneName.agree(zone, configured)
            {
                findings.append(
                    CheckFinding(
                        place: config.path, key: "property.timeZone",
                        message: "the PMS says \(zone.identifier): keys end by \(configured.identifier); correct the one that is wrong"))
            }
            look("connector.mews") { _ = try mews.connector(timeZone: site.timeZone).tokens() }
            if let objection = mews.trustRootsFile.flatMap(TrustRoots.objection) {
                findings.append(CheckFinding(place: config.path, key: "connector.mews.trustRootsFile", message: objection))
            }
        }
        return findings
    }
}
