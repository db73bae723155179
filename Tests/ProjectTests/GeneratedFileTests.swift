// SPDX-License-Identifier: Apache-2.0
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

    /// `make generate` sets ENCODER_BRIDGE_GENERATE: then the file is written instead of compared.
    private func hold(_ path: String, against text: String) throws {
        if ProcessInfo.processInfo.environment["ENCODER_BRIDGE_GENERATE"] != nil {
            try Data(text.utf8).write(to: Repository.root.appendingPathComponent(path))
            return
        }
        let kept = Repository.exists(path) ? try Repository.file(path).text : ""
        if kept != text { Issue.record("\(path) is not what the code says: run `make generate` and commit the file") }
    }
}
