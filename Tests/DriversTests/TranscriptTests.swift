// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import TestKit
import Testing

/// Every recorded dialogue of every driver, however its bytes arrive.
@Suite struct TranscriptTests {
    private static let dialogues = DriverCatalog.all.flatMap { (try? Transcript.all(ofDriver: $0.name)) ?? [] }
    /// What a configuration has beside the settings.
    private static let keys = CardKeys(["door": [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]])

    @Test(arguments: dialogues, ScriptDelivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptDelivery) async throws {
        // Nothing can come between the packets of a USB device.
        if transcript.portKind == .hidraw, delivery == .behindNoise { return }
        let settings = DriverSettings(transcript.settings, keys: Self.keys)
        let driver = try DriverCatalog.make(name: try #require(transcript.headers["driver"]), settings: settings)
        let playback = try await transcript.play(to: driver, delivery: delivery)
        #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
        let copies = (playback.outcome.result?.receipts ?? []).map(\.copy)
        #expect(copies == copies.indices.map { $0 + 1 })
    }

    /// A folder that cannot be read would otherwise be a test without cases.
    @Test(arguments: [
        ("industry-standard", 60), ("generic-stx-etx", 90), ("msr", 96), ("pn532", 53), ("aabb", 26), ("pcsc", 26),
    ])
    func transcripts_areAllRead(driver: String, atLeast count: Int) throws {
        let dialogues = try Transcript.all(ofDriver: driver)
        #expect(dialogues.count >= count)
        #expect(dialogues.filter { $0.headers["driver"] != driver || $0.headers["outcome"] == nil } == [])
    }

    @Test(arguments: ["pn532", "aabb", "pcsc"])
    func contactlessCards_areAlwaysReadBack(driver: String) async throws {
        for transcript in try Transcript.all(ofDriver: driver) {
            let settings = DriverSettings(transcript.settings, keys: Self.keys)
            let playback = try await transcript.play(to: try DriverCatalog.make(name: driver, settings: settings))
            let unproven = (playback.outcome.result?.receipts ?? []).filter { !$0.verified }
            #expect(unproven == [], "\(transcript)")
        }
    }
}
