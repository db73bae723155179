// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import LocalEndpoint
import SiteConfiguration

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the running bridge is: encoders, connectors, what waits.",
        discussion: """
            Exit status for monitoring: 0 no clerk will meet trouble; 1 one will, and the output says \
            why: configuration, journal, disk, clock, zone, encoders, connectors, reports; 69 no bridge answers; 78 the \
            configuration cannot be used.
            """)

    @OptionGroup var config: ConfigurationOption
    @Flag(help: "For programs: {\"encoders\": [...], \"connectors\": [...], \"queue\": {...}}") var json = false

    func run() async throws {
        guard let endpoint = try config.load().configuration.endpoint else {
            complain("\(config.path) has no usable endpoint section: correct it with `encoder-bridge check --config \(config.path)`")
            throw ExitCode.badConfiguration
        }
        let (document, text) = try await ask(BridgeClient(endpoint))
        print(json ? JSONText.escaped(String(decoding: text, as: UTF8.self)) : StatusPage(.ofOutput).text(document, now: Date()))
        if !document.isWell { throw ExitCode.trouble }
    }

    private func ask(_ bridge: BridgeClient) async throws -> (BridgeStatusDocument, Data) {
        do {
            let (document, json) = try await bridge.status()
            return (document, json)
        } catch BridgeClient.Failure.stranger(let user) {
            complain(
                "a program of the user \(user) listens at \(bridge.address), and that is not the bridge: it got no token; "
                    + "`sudo ss -ltnp` names it, stop it and start the bridge")
        } catch BridgeClient.Failure.refused(let status, let detail, _) {
            complain("the bridge at \(bridge.address) answers \(status): \(bridge.admission(after: status) ?? detail)")
        } catch {
            complain(
                "no bridge answers at \(bridge.address): start it with `encoder-bridge run --config \(config.path)`, or look why it stopped"
            )
        }
        throw ExitCode.unreachable
    }
}
