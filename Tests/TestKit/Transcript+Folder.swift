// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Transcripts

extension Transcript {
    /// All dialogues of a driver, from Tests/Transcripts/DRIVER/*.txt.
    public static func all(ofDriver driver: String) throws -> [Transcript] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Transcripts").appendingPathComponent(driver)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        return try files.flatMap { try read(String(contentsOf: $0, encoding: .utf8), file: $0.lastPathComponent) }
    }
}
