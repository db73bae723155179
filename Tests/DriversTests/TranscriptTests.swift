// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import TestKit
import Testing
import Transcripts

/// Every recorded dialogue of every driver, however its bytes arrive.
@Suite struct TranscriptTests {
    private static let dialogues = DriverCatalog.all.flatMap { (try? Transcript.all(ofDriver: $0.name)) ?? [] }
    /// What a configuration has beside the settings.
    private static let keys = CardKeys(["door": [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]])

    /// What each family's line brings that is no frame: an AA without BB, what another speed gives.
    private static let noise: [String: [UInt8]] = ["aabb": [0xFF, 0x00, 0xAA, 0x17], "pn532": [0x98, 0x80]]
    private static let cases = dialogues.flatMap { transcript in transcript.deliveries.map { (transcript, $0) } }

    @Test(arguments: cases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptDelivery) async throws {
        let settings = DriverSettings(transcript.settings, keys: Self.keys)
        let name = try #require(transcript.headers["driver"])
        let driver = try DriverCatalog.make(name: name, settings: settings)
        let playback = try await transcript.play(to: driver, delivery: delivery, noise: Self.noise[name] ?? [0xFF, 0x00])
        #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
        let copies = (playback.outcome.result?.receipts ?? []).map(\.copy)
        #expect(copies == copies.indices.map { $0 + 1 })
        #expect(copies.isEmpty || transcript.headers["receipts"] != nil, "a dialogue that makes cards says which")
    }

    /// A folder that cannot be read would otherwise be a test without cases.
    @Test(arguments: DriverCatalog.all.map(\.name)) func transcripts_areAllRead(driver: String) throws {
        let dialogues = try Transcript.all(ofDriver: driver)
        #expect(!dialogues.isEmpty)
        #expect(dialogues.count == (try Transcript.titles(in: "Transcripts/" + driver)))
        #expect(dialogues.filter { $0.headers["driver"] != driver || $0.headers["outcome"] == nil } == [])
    }

    @Test(arguments: DriverCatalog.all.filter { $0.kind == .raw && !$0.media.contains(.magnetic) }.map(\.name))
    func contactlessCards_areAlwaysReadBack(driver: String) async throws {
        for transcript in try Transcript.all(ofDriver: driver) {
            let settings = DriverSettings(transcript.settings, keys: Self.keys)
            let playback = try await transcript.play(to: try DriverCatalog.make(name: driver, settings: settings))
            let unproven = (playback.outcome.result?.receipts ?? []).filter { !$0.verified }
            #expect(unproven == [], "\(transcript)")
        }
    }
}
