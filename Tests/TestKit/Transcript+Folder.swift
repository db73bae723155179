// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Transcripts

extension Transcript {
    /// All dialogues of a driver, from Tests/Transcripts/DRIVER/*.txt.
    public static func all(ofDriver driver: String) throws -> [Transcript] {
        try files(in: "Transcripts/" + driver).flatMap { try read($0.text, file: $0.name) }
    }

    /// Dialogues of others, from Tests/Traces.
    public static func traces() throws -> [Transcript] { try files(in: "Traces").flatMap { try read($0.text, file: $0.name) } }

    /// How many dialogues begin in the files of a folder of Tests, whatever a reading makes of them.
    public static func titles(in folder: String) throws -> Int {
        try files(in: folder).map { $0.text.split(separator: "\n").count { $0.hasPrefix("# title:") } }.reduce(0, +)
    }

    private static func files(in folder: String) throws -> [(name: String, text: String)] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try FileManager.default.contentsOfDirectory(at: tests.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }
}
