// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import LocalEndpoint
import SiteConfiguration

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Who may use the endpoint and the desk page: tokens made, listed, taken away.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token, shows it once, and keeps its mark in endpoint.tokensFile.",
            discussion:
                "The token alone goes to standard output. Exit status: 0 made; 1 not, the output says why; 78 the configuration cannot be used."
        )
        @Argument(help: "Whose it is: letters, digits, dots, dashes, underscores.") var name: String
        @Option(help: "What it allows: read, or write, which includes reading.") var scope: Scope
        @Option(
            name: .customLong("encoder"),
            help: "It cuts, reads cards and cancels on this encoder only; may be given again. Default: on all.")
        var encoders: [String] = []
        @OptionGroup var config: ConfigurationOption

        func run() throws {
            var (file, site) = try TokenCommand.file(config)
            for encoder in encoders where !site.encoders.contains(where: { $0.name.text == encoder }) {
                complain(
                    "there is no encoder '\(encoder)' in \(config.path): it has \(site.encoders.map(\.name.text).joined(separator: ", "))")
                throw ExitCode.trouble
            }
            let bound = encoders.isEmpty ? nil : Set(encoders.map { EncoderName($0) })
            let secret = try TokenCommand.tried { try file.add(name, scope == .write ? .write : .read, on: bound) }
            complain(
                "\(name) may \(scope.rawValue)\(encoders.isEmpty ? "" : " on " + encoders.joined(separator: ", ")). Its token, shown this once:"
            )
            print(secret)
            complain("Then: \(file.nextStep)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Names, rights and encoders; never a token.")
        @OptionGroup var config: ConfigurationOption

        func run() throws {
            let file = try TokenCommand.file(config).file
            for token in try TokenCommand.tried({ try file.tokens() }) {
                let encoders = token.encoders.map { $0.map(\.text).sorted().joined(separator: ", ") } ?? "all encoders"
                let place = token.isHashed ? "" : "  in the clear: make it anew"
                print("\(token.name.padded(24)) \(token.scope.rawValue.padded(6)) \(encoders)\(place)")
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a token away.",
            discussion: "It is refused from the moment on that the service takes the file: the output says how.")
        @Argument(help: "Whose it is.") var name: String
        @OptionGroup var config: ConfigurationOption

        func run() throws {
            var file = try TokenCommand.file(config).file
            guard try TokenCommand.tried({ try file.remove(name) }) else {
                complain("\(file.path) has no token of the name \(name)")
                throw ExitCode.trouble
            }
            print("\(name) is taken away. Then: \(file.nextStep)")
            if name == TokensFile.commands {
                complain("`status`, `card`, `tell` and `access` have no token now: the next `encoder-bridge token add` makes it again")
            }
        }
    }

    enum Scope: String, ExpressibleByArgument, CaseIterable { case read, write }

    private static func file(_ config: ConfigurationOption) throws -> (file: TokensFile, site: SiteConfiguration) {
        let site = try config.load().configuration
        guard let setting = site.endpoint?.tokensFile else {
            let advised = TokensPlace.setting("tokens", isInstalled: config.isInstalled)
            complain("\(config.path) names no tokens file: write `tokensFile: \(advised)` under `endpoint`")
            throw ExitCode.badConfiguration
        }
        return (try tried { try TokensFile(setting) }, site)
    }

    private static func tried<T>(_ work: () throws -> T) throws -> T {
        do { return try work() } catch let trouble as TokensFile.Trouble {
            complain(trouble.description)
            throw ExitCode.trouble
        }
    }
}
