// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit

/// The commands as the program itself describes them (`--experimental-dump-help` of swift-argument-parser).
struct CommandTree: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
        let shouldDisplay: Bool?
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable {
            let kind: String
            let name: String
            var text: String { (kind == "long" ? "--" : "-") + name }
        }
        let kind: Kind
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
    }

    /// The program's own subcommands that people use; `help` describes itself.
    var subcommands: [Command] { (command.subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay != false } }

    /// Asks the program that stands beside the tests.
    static func ofProgram() async throws -> CommandTree {
        try JSONDecoder().decode(CommandTree.self, from: Data(await output(of: ["--experimental-dump-help"]).utf8))
    }

    static func output(of arguments: [String]) async throws -> String {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("encoder-bridge")
        return try await EndedProgram([program.path] + arguments).output
    }
}
