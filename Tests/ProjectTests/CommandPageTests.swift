// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// Manual pages, completions and the unit as the programs that use them see them.
@Suite struct CommandPageTests {
    private static let shells = ["encoder-bridge.bash": "bash", "_encoder-bridge": "zsh", "encoder-bridge.fish": "fish"]

    @Test func manualPages_areSoundForMandoc() async throws {
        for path in try Repository.paths(in: "packaging/man") {
            // A page without a date is on purpose: it would be wrong as soon as the code changes.
            let lint = try await run(["mandoc", "-T", "lint", "-W", "warning", path])
            let complaints = lint.output.split(separator: "\n").filter { !$0.contains("missing date") }
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
        }
    }

    @Test func manualPage_saysEveryOption() async throws {
        let tree = try await CommandTree.ofProgram()
        for command in tree.subcommands {
            let page = try await run(["mandoc", "-T", "ascii", "packaging/man/encoder-bridge-\(command.commandName).1"]).output
            let plain = page.replacing(/.\u{8}/, with: "")
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                for name in argument.names ?? [] { #expect(plain.contains(name.text), "\(command.commandName) \(name.text)") }
            }
        }
    }

    /// A line that is too long, or broken after its first word, is what the library makes of an example that does not fit.
    @Test func help_fitsATerminal() async throws {
        for command in try await CommandTree.ofProgram().subcommands {
            let lines = try await CommandTree.output(of: [command.commandName, "--help"]).split(separator: "\n")
            let long = lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE:") }
            #expect(long.isEmpty && !lines.contains("Exit"), "\(command.commandName): \(long)")
        }
    }

    @Test func completions_areSoundForTheirShells() async throws {
        for (file, shell) in Self.shells where shell != "bash" {
            let checked = try await run([shell, "-n", "packaging/completions/\(file)"])
            #expect(checked.status == 0, "\(checked.output)")
        }
        #expect(try await run(["bash", "-n", "packaging/completions/encoder-bridge.bash"]).status == 0)
    }

    @Test(arguments: [
        (["re"], ["record", "replay"]), (["replay", "--on"], ["--on-terminal"]), (["replay", "--delivery", "gl"], ["glued"]),
        (["record", "x", "--driver", "industry"], ["industry-standard"]),
    ])
    func bash_completesWhatAPersonBegan(words: [String], offers: [String]) async throws {
        let line = (["encoder-bridge"] + words).joined(separator: " ")
        let script = """
            compopt() { :; }
            source packaging/completions/encoder-bridge.bash
            COMP_WORDS=(\(line)); COMP_CWORD=\(words.count); COMP_LINE='\(line)'; COMP_POINT=\(line.count)
            _encoder-bridge encoder-bridge '\(words.last ?? "")' '\(words.dropLast().last ?? "encoder-bridge")' >/dev/null
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let completed = try await run(["bash", "-c", script])
        let offered = completed.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(offered.sorted() == offers, "\(completed.output)")
    }

    @Test func unit_isSoundForSystemd() async throws {
        let unit = try Repository.file("packaging/systemd/encoder-bridge.service").text
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appendingPathComponent("encoder-bridge.service")
        try Data(unit.replacing("/usr/bin/encoder-bridge", with: "/bin/true").utf8).write(to: copy)
        let checked = try await run(["systemd-analyze", "verify", "--man=no", copy.path])
        #expect(checked.status == 0, "\(checked.output)")
        #expect(!checked.output.contains("encoder-bridge.service"), "\(checked.output)")
    }

    /// A program of the packages that `packaging/install-packages test` installs, from the root of the project.
    private func run(_ command: [String]) async throws -> (status: Int32, output: String) {
        let program = try await EndedProgram(command, in: Repository.root)
        if program.status == 127 {
            Issue.record("\(command[0]) is not here: run `packaging/install-packages test`")
        }
        return (program.status, program.text)
    }
}
