// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import LocalEndpoint
import SiteConfiguration

struct CardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "Whose card is this? Reads the card on an encoder and finds the order it was cut for.",
        discussion: """
            Needs a write token, because what is read could be copied. Exit status: 0 the card is right; \
            1 it is not, was not cut here, or cannot be recognised, and the output says which; 69 no bridge answers; \
            78 the configuration cannot be used.
            """)

    @Argument(help: "The encoder's name in the configuration.") var encoder: String
    @OptionGroup var config: ConfigurationOption
    @Flag(help: "For programs.") var json = false

    func run() async throws {
        guard let endpoint = try config.load().configuration.endpoint else {
            complain("\(config.path) has no usable endpoint section: correct it with `encoder-bridge check`")
            throw ExitCode.badConfiguration
        }
        let bridge = BridgeClient(endpoint)
        do {
            if !json { complain("Put the card on the encoder \(encoder).") }
            let (answer, text) = try await bridge.card(on: EncoderName(encoder), within: .seconds(60))
            print(json ? JSONText.escaped(String(decoding: text, as: UTF8.self)) : answer.sentences.joined(separator: "\n"))
            if answer.isRight != true { throw ExitCode.trouble }
        } catch BridgeClient.Failure.refused(_, let detail) {
            complain(detail)
            throw ExitCode.trouble
        } catch BridgeClient.Failure.stranger(let user) {
            complain("a program of the user \(user) listens at \(bridge.address), and that is not the bridge: it got no token")
            throw ExitCode.unreachable
        } catch BridgeClient.Failure.unreachable {
            complain("no bridge answers at \(bridge.address): start it with `encoder-bridge run`, or look why it stopped")
            throw ExitCode.unreachable
        }
    }
}
