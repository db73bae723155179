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
        let found = try await config.bridge { try await $0.encoder(named: encoder) }
        if !json, found.capabilities.contains(.read) {
            // In the language of the answer.
            let words = Words(try config.load().configuration.language)
            complain(words.prompt(copy: 1, of: 1, on: found.name, gesture: found.gesture))
        }
        let (answer, text) = try await config.bridge { try await $0.card(on: found.name, within: .seconds(60)) }
        print(json ? JSONText.escaped(String(decoding: text, as: UTF8.self)) : answer.sentences.joined(separator: "\n"))
        if answer.isRight != true { throw ExitCode.trouble }
    }
}
