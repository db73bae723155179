// SPDX-License-Identifier: Apache-2.0
import Foundation
import SiteConfiguration
import Testing

@Suite struct UnreadableFileTests {
    private func refusal(_ text: String) -> String? {
        do throws(ConfigurationProblem) {
            _ = try reading(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("a: b: c", "f.yaml:1:5: this is not YAML (mapping values are not allowed in this context): check indentation, colons"),
        (
            "property:\n\ttimeZone: UTC",
            "f.yaml:2:1: this is not YAML (found character that cannot start any token): use spaces here, not tabs"
        ),
        ("a: 'open", "f.yaml:1:9: this is not YAML (found unexpected end of stream): check indentation"),
        ("a: *nobody", "f.yaml:1:4: this is not YAML (found undefined alias): check"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: this is not YAML (but found another document): check"),
        ("journal: { path: a }\njournal: { path: b }", "f.yaml:1:1: journal: written twice in the same section: keep one"),
        ("? [a, b]\n: c", "f.yaml:1:3: a key must be a plain word"),
        (String(repeating: "[", count: 100_000), "f.yaml:"),
        (String(repeating: "- ", count: 100_000), "f.yaml:"),
        (String(repeating: "a: {", count: 50) + String(repeating: "}", count: 50), "f.yaml:1:"),
        (String(repeating: "x", count: 300_000), "f.yaml: this file is too large for a configuration: name another one"),
    ])
    func reading_stopsWithOneSentence_whenTheTextIsNoYAML(text: String, beginning: String) {
        #expect(refusal(text)?.hasPrefix(beginning) == true, "\(refusal(text) ?? "read")")
    }

    @Test func aliasesOfAliases_endWithASentence() {
        var text = "a0: &a0 { x: 1 }\n"
        for level in 1...30 {
            text += "a\(level): &a\(level) { l: *a\(level - 1), r: *a\(level - 1) }\n"
        }
        #expect(refusal(text)?.contains("write it without aliases") == true)
    }

    @Test func randomText_neverStopsTheProcess() {
        var generator = SystemRandomNumberGenerator()
        let words = [
            "property", "encoders", ":", " ", "\n", "  ", "[", "]", "{", "}", "&a", "*a", "'", "\"", "-", "?", "|", ">", "!!", "é", "\u{0}",
            "match", "\t",
        ]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            _ = refusal(text)
        }
    }

    @Test func load_saysWhichFile_whenItIsMissingOrNoText() throws {
        #expect(
            throws: ConfigurationProblem(
                .wholeFile("/no/such.yaml"), key: "", "there is no such file: write it, or name another one with --config")
        ) {
            try loading("/no/such.yaml")
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("site-\(UUID().uuidString).yaml").path
        defer { unlink(path) }
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path))
        #expect(throws: ConfigurationProblem(.wholeFile(path), key: "", "this file is not text in UTF-8: save it as UTF-8")) {
            try loading(path)
        }
        try Data("journal: { path: j }".utf8).write(to: URL(fileURLWithPath: path))
        let folder = FileManager.default.temporaryDirectory.standardizedFileURL.path
        #expect(try loading(path).configuration.journal.path == folder + "/j")
    }
}
