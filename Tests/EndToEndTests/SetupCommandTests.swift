// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// `setup` and `token` as a person in a shell has them, with answers from a file.
@Suite(.timeLimit(.minutes(6))) struct SetupCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("setup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var configuration: String { folder.path + "/bridge.yaml" }

    private func run(_ words: [String], answers: String = "") async throws -> EndedProgram {
        try await EndedProgram([RunningProgram.binary.path] + words + ["--config", configuration], input: answers)
    }

    /// A port that the machine has is left out, one that is named by hand is taken.
    private func answers(to asked: String = "") -> String {
        "Europe/Prag\nEurope/Prague\nde\n\(asked)10.0.0.5:8090\nindustry-standard\n\n1\n-\nclient-token-4711\naccess-token-4711\nyes\n"
    }

    @Test func setup_writesASoundConfiguration_andMayBeRunAgain() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        let words = ["setup", "--journal", folder.path + "/journal.sqlite"]
        let first = try await run(words, answers: answers())
        try #require(first.status == 0, "\(first.output)\(first.errors)")
        #expect(first.errors.contains("Expected an IANA name"))
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        for line in [
            "  timeZone: Europe/Prague", "  language: de", "    driver: industry-standard", #"    match: { tcp: "10.0.0.5:8090" }"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line) in \(text)")
        }
        #expect(!text.contains("4711") && !(first.output + first.errors).contains("4711"))
        for name in ["mews-client-token", "mews-access-token", "tokens", "tokens.commands"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(name)")
        }
        // Again: nothing is lost without a yes.
        let again = try await run(words, answers: "no\n")
        #expect(again.status == 0 && again.errors.contains("Write it anew?"))
        #expect(try String(contentsOfFile: configuration, encoding: .utf8) == text)
        let anew = try await run(words, answers: "yes\n" + answers())
        #expect(anew.status == 0)
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".before-") }
        #expect(kept.count == 1)
    }

    @Test(arguments: [
        "encoders: [ {\n",
        "connector: { fias: { listen: \"127.0.0.1:5010\" } }\nmqtt: { broker: \"mqtt://127.0.0.1:1883\" }\n",
    ])
    func setup_asks_beforeAnythingThatAPersonWroteIsReplaced(text: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        let ended = try await run(["setup"], answers: "no\n")
        #expect(ended.errors.contains("Write it anew?"), "\(ended.text)")
        #expect(try String(contentsOfFile: configuration, encoding: .utf8) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bridge.yaml"])
    }

    @Test func setup_writesBesideTheShell_whenTheFileHasNoFolder() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        let words = ["setup", "--journal", folder.path + "/journal.sqlite", "--config", "bridge.yaml"]
        let ended = try await EndedProgram([RunningProgram.binary.path] + words, in: folder, input: answers())
        #expect(ended.status == 0, "\(ended.text)")
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)).isSuperset(of: ["bridge.yaml", "tokens"]))
    }

    @Test func token_namesAFileThatWorksByHand_whenThereIsNone() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        try "property: { language: de }\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        let ended = try await run(["token", "list"])
        #expect(ended.status == 78 && ended.errors.contains("write `tokensFile: tokens`"), "\(ended.text)")
    }

    @Test func setup_writesNothing_whenTheAnswersEnd() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        #expect(try await run(["setup"], answers: "Europe/Prague\n").status == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func token_isShownOnce_andKeptAsAMark() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        try "endpoint: { tokensFile: tokens }\nencoders: { bar: { driver: msr, match: { serial: A1B2C3 } } }\n".write(
            toFile: configuration, atomically: true, encoding: .utf8)
        let added = try await run(["token", "add", "bar-desk", "--scope", "write", "--encoder", "bar"])
        try #require(added.status == 0, "\(added.errors)")
        let secret = added.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(secret.count == 64)
        #expect(try !String(contentsOfFile: folder.path + "/tokens", encoding: .utf8).contains(secret))
        let list = try await run(["token", "list"])
        #expect(list.output.contains("bar-desk") && list.output.contains("write  bar") && !list.output.contains("sha256"))
        #expect(try await run(["token", "add", "x", "--scope", "read", "--encoder", "spa"]).status == 1)
        #expect(try await run(["token", "remove", "bar-desk"]).status == 0)
        #expect(try await run(["token", "remove", "bar-desk"]).status == 1)
    }
}
