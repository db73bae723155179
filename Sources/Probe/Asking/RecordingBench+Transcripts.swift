// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import Transcripts

extension RecordingBench {
    /// What was recorded, as transcripts with their headers.
    /// - Parameter isRevealed: names, card content and serial numbers stay as they were; for test cards only.
    package func transcripts(
        by driver: some EncoderDriver, settings: [String: String], isRevealed: Bool
    ) async -> [Transcript] {
        let dialogues = recorder.dialogues
        var headers = ["driver": type(of: driver).manifest.name, "evidence": "captured"]
        headers["settings"] = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        headers["device"] = ([port.vendorName, port.productName].compactMap(\.self) + [port.usb.map { "(\($0))" } ?? port.kind.rawValue])
            .joined(separator: " ")
        headers["date"] = Date().formatted(.iso8601.year().month().day())
        let identity = dialogues.compactMap(\.outcome.identity).last
        let firmware = [identity?.model, identity?.firmware].compactMap(\.self).joined(separator: ", ")
        headers["firmware"] = firmware.isEmpty ? "not told" : firmware
        var transcripts: [Transcript] = []
        if isRevealed {
            for dialogue in dialogues {
                let recorded = dialogue.transcript(by: driver, port: port.kind, headers: headers)
                transcripts.append(await recorded.revealed(dialogue, by: driver))
            }
        } else {
            transcripts = await Redaction.transcripts(of: dialogues, by: driver, port: port.kind, headers: headers)
        }
        for index in transcripts.indices {
            let task = transcripts[index].headers["task"] ?? "?"
            transcripts[index].headers["title"] = "Recorded: \(task), \(transcripts[index].headers["outcome"] ?? "not finished")"
        }
        return transcripts
    }
}
