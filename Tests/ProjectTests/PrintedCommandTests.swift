// SPDX-License-Identifier: Apache-2.0
import Doctor
import Testing

/// What the program tells a technician to type, it must understand.
@Suite struct PrintedCommandTests {
    /// Every `encoder-bridge ...` in the sources that speak to technicians: the subcommand is there, and so are its options.
    @Test func everyPrintedCommand_isOneOfTheProgram() async throws {
        let tree = try await CommandTree.ofProgram()
        var options: [String: Set<String>] = [:]
        for command in tree.subcommands {
            // `token add` and its like: the options of every command below.
            let all = [command] + (command.subcommands ?? [])
            options[command.commandName] = Set(all.flatMap { $0.arguments ?? [] }.flatMap { ($0.names ?? []).map(\.text) })
        }
        var seen: Set<String> = []
        for file in try ["Sources/Doctor", "Sources/Probe", "Sources/Console", "Sources/EncoderModel"].flatMap(Repository.swiftFiles) {
            for match in file.text.matches(of: /["`&] ?encoder-bridge ([a-z]+)([^"`#|&\n]*)/) {
                let name = String(match.1)
                seen.insert(name)
                guard let known = options[name] else {
                    Issue.record("\(file): there is no command \(name)")
                    continue
                }
                for option in match.2.matches(of: /(?:^|\s)(--[a-z-]+)/) {
                    #expect(known.contains(String(option.1)), "\(file): \(name) has no \(option.1)")
                }
            }
        }
        #expect(seen.isSuperset(of: ["probe", "check"]))
        // Where the configuration is not at its usual place, what is printed names it.
        for name in options.keys where Shell.naming("/tmp/a b.yaml", in: "encoder-bridge \(name) x").contains("--config") {
            #expect(options[name]?.contains("--config") == true, "\(name)")
            #expect(Shell.naming("/tmp/a b.yaml", in: "encoder-bridge \(name) x") == "encoder-bridge \(name) --config '/tmp/a b.yaml' x")
        }
    }
}
