// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Testing

/// Files that are made from the code by `make generate`.
@Suite struct GeneratedFileTests {
    @Test func faultsPage_isWhatTheTableSays() throws {
        try hold("docs/faults.md", against: FaultTable.markdown())
    }

    @Test func udevRules_areWhatTheManifestsSay() throws {
        try hold("udev-rules/\(UdevRules.fileName)", against: UdevRules.packaged(for: DriverCatalog.all))
    }

    @Test func hardwareIndex_isWhatTheManifestsSay() throws {
        try hold("hardware-notes/README.md", against: HardwareIndex.markdown(for: DriverCatalog.all))
    }

    @Test func readme_namesEveryFamily() throws {
        let page = try Repository.file("README.md").text
        try hold("README.md", against: try #require(FamilyTable.placed(in: page, for: DriverCatalog.all)))
    }

    @Test func manualPages_areWhatTheCommandsSay() async throws {
        let pages = ManualPage.all(of: try await CommandTree.ofProgram())
        for page in pages { try hold("packaging/man/\(page.name)", against: page.text) }
        let kept = try Repository.paths(in: "packaging/man")
        #expect(kept == pages.map { "packaging/man/\($0.name)" }.sorted(), "take away the pages of commands that are gone")
    }

    @Test(arguments: [("bash", "encoder-bridge.bash"), ("zsh", "_encoder-bridge"), ("fish", "encoder-bridge.fish")])
    func completions_areWhatTheCommandsSay(shell: String, file: String) async throws {
        let script = try await CommandTree.output(of: ["--generate-completion-script", shell])
        #expect(script.contains("encoder-bridge"))
        try hold("packaging/completions/\(file)", against: script.hasSuffix("\n") ? script : script + "\n")
    }

    /// `make generate` sets ENCODER_BRIDGE_GENERATE: then the file is written instead of compared.
    private func hold(_ path: String, against text: String) throws {
        if ProcessInfo.processInfo.environment["ENCODER_BRIDGE_GENERATE"] != nil {
            let file = Repository.root.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let kept = Repository.exists(path) ? try Repository.file(path).text : ""
        if kept != text { Issue.record("\(path) is not what the code says: run `make generate` and commit the file") }
    }
}
