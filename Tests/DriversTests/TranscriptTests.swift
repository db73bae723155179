// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import TestKit
import Testing

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "industry-standard")) ?? []

/// The recorded dialogues of the driver, however their bytes arrive.
@Suite struct TranscriptTests {
    @Test func transcripts_coverWhatADriverOwes() throws {
        let dialogues = try Transcript.all(ofDriver: "industry-standard")
        #expect(dialogues.contains { $0.headers["task"] == "identify" && $0.headers["outcome"] == "done" })
        #expect(dialogues.contains { $0.headers["task"] == "cut" && $0.headers["outcome"] == "done" })
        #expect(dialogues.contains { $0.headers["task"] == "cut" && $0.headers["outcome"]?.hasPrefix("rejected") == true })
        #expect(dialogues.count > 50)
    }

    @Test(arguments: dialogues, ScriptDelivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptDelivery) async throws {
        let driver = try IndustryStandardDriver(settings: DriverSettings(transcript.settings))
        let playback = try await transcript.play(to: driver, delivery: delivery)
        #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
        let copies = (playback.outcome.result?.receipts ?? []).map(\.copy)
        #expect(copies == copies.indices.map { $0 + 1 })
    }
}
