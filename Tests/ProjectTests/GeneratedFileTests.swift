// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

/// Files that are made from the code. `make generate` runs these tests with `ENCODER_BRIDGE_GENERATE=1`: then they write the files.
@Suite struct GeneratedFileTests {
    private static let isGenerating = ProcessInfo.processInfo.environment["ENCODER_BRIDGE_GENERATE"] == "1"

    @Test func faultsPage_isWhatTheTableSays() throws {
        try hold("docs/faults.md", against: FaultTable.markdown())
    }

    private func hold(_ path: String, against text: String) throws {
        if Self.isGenerating {
            try Data(text.utf8).write(to: Repository.root.appendingPathComponent(path))
        }
        let kept = Repository.exists(path) ? try Repository.file(path).text : ""
        if kept != text { Issue.record("\(path) is not what the code says: run `make generate` and commit the file") }
    }
}
