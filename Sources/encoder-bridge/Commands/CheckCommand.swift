// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CloudConnector
import EncoderModel
import Foundation
import LocalEndpoint
import SiteConfiguration

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads the configuration as the daemon would and says what is wrong, line by line.",
        discussion: "Exit status: 0 nothing is wrong, 1 something is, 78 the file cannot be read at all.")

    @OptionGroup var config: ConfigurationOption
    @Flag(help: "For programs.") var json = false

    struct Finding: Encodable {
        var place: String
        var key: String
        var message: String
    }

    func run() throws {
        let reading = try config.load()
        var findings = reading.problems.map { Finding(place: $0.place.description, key: $0.key, message: $0.message) }
        findings += secrets(reading.configuration)
        if json {
            print(try JSONText.encode(findings))
        } else if findings.isEmpty {
            let count = reading.configuration.encoders.count
            print("\(config.path): nothing wrong. \(count) encoder\(count == 1 ? "" : "s"):")
            for encoder in reading.configuration.encoders {
                print("  \(encoder.name.text.padded(16)) \(encoder.driver.padded(20)) \(encoder.match)")
            }
        } else {
            for finding in findings { print("\(finding.place): \(finding.key.isEmpty ? "" : finding.key + ": ")\(finding.message)") }
            print("\(findings.count) problem\(findings.count == 1 ? "" : "s"). What is not named here is served as it is written.")
        }
        if !findings.isEmpty { throw ExitCode.trouble }
    }

    /// Token files are part of the configuration: missing or open to others is found here and not at the first key.
    private func secrets(_ site: SiteConfiguration) -> [Finding] {
        var findings: [Finding] = []
        func look(_ key: String, _ work: () throws -> Void) {
            do { try work() } catch { findings.append(Finding(place: config.path, key: key, message: "\(error)")) }
        }
        if let path = site.endpoint?.tokensFile {
            look("endpoint.tokensFile") { _ = try EndpointToken.parse(try SecretFile.text(of: path)) }
        }
        if let mews = site.mews {
            look("connector.mews") { _ = try mews.connector.tokens() }
        }
        return findings
    }
}
