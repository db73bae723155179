// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Testing

/// What a driver brings along: transcripts that show it identify an encoder, cut a key and be refused, and a note on the hardware.
@Suite struct DriverProofTests {
    /// Task and outcome of one dialogue of a transcript; `done`, or the code of a fault.
    private struct Dialogue {
        var task = ""
        var outcome = ""
    }

    @Test func everyDriver_hasTranscriptsAndAHardwareNote() throws {
        for driver in DriverCatalog.all {
            let folder = "Tests/Transcripts/\(driver.name)"
            let dialogues =
                Repository.exists(folder) ? try Repository.paths(in: folder).flatMap { Self.dialogues(try Repository.file($0)) } : []
            func need(_ what: String, _ isShown: (Dialogue) -> Bool) {
                if !dialogues.contains(where: isShown) {
                    Issue.record("driver \(driver.name): add a transcript of \(what) to \(folder), as Tests/Transcripts/README.md shows")
                }
            }
            need("identify") { $0.task == "identify" && $0.outcome == "done" }
            let task = driver.kind == .raw ? "write" : "cut"
            need("a key that is made") { $0.task == task && $0.outcome == "done" }
            need("a key that is refused") { $0.task == task && !["", "done"].contains($0.outcome) }
            if !Repository.exists("hardware-notes/\(driver.hardwareNote)") {
                Issue.record(
                    "driver \(driver.name): write hardware-notes/\(driver.hardwareNote), the page for whoever has the device in hand")
            }
        }
    }

    @Test func everyTranscriptFolder_belongsToADriver() throws {
        let known = Set(DriverCatalog.all.map(\.name))
        for path in try Repository.paths(in: "Tests/Transcripts") {
            let parts = path.split(separator: "/")
            guard parts.count > 3, !known.contains(String(parts[2])) else { continue }
            Issue.record("\(path): there is no driver '\(parts[2])': give it its line in Sources/Drivers/DriverCatalog.swift")
        }
    }

    /// A title begins a dialogue; task and outcome stay as they were where it does not give its own.
    private static func dialogues(_ file: Repository.File) -> [Dialogue] {
        var all: [Dialogue] = []
        for line in file.lines where line.hasPrefix("# ") {
            let parts = line.dropFirst(2).split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "title": all.append(all.last ?? Dialogue())
            case "task" where !all.isEmpty: all[all.count - 1].task = parts[1]
            case "outcome" where !all.isEmpty: all[all.count - 1].outcome = parts[1]
            default: break
            }
        }
        return all
    }
}
