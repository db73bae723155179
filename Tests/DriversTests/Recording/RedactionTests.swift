// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import Ports
import TestKit
import Testing

@testable import Transcripts

private let codec = StxEtxCodec(.industryStandard)
private let headers = ["driver": "industry-standard", "settings": "encoder=1"]

private func message(_ text: String) -> [UInt8] {
    codec.encode(.message(text.unicodeScalars.map { $0 == "|" ? 0xB3 : UInt8(truncatingIfNeeded: $0.value) }))
}

private func driver() throws -> IndustryStandardDriver { try IndustryStandardDriver(settings: DriverSettings(["encoder": "1"])) }

private func dialogue(
    _ task: EncoderTask, _ outcome: DialogueOutcome, _ events: [RecordedDialogue.Event]
) -> RecordedDialogue {
    var dialogue = RecordedDialogue(task: .perform(task))
    dialogue.outcome = outcome
    dialogue.events = events.enumerated().map { (.milliseconds(10 * $0.offset), $0.element) }
    return dialogue
}

/// A card of a guest that was read.
private func readCard() -> RecordedDialogue {
    dialogue(
        .read,
        DialogueOutcome(
            result: TaskResult(reading: ["kind": "guest key", "rooms": "214, Pool", "validUntil": "2026-11-23 12:00", "copy": "1"])),
        [
            .sent([5]), .received([6]), .sent(message("|LT|1|R|")), .received([6]),
            .received(message("|LT|1|214|Pool|||CI|1||1400211126|1200231126|JNOVAKOVA|")), .sent([6]),
        ])
}

@Suite struct RedactionTests {
    @Test func readCard_showsNothingOfTheGuest_andStillPlays() async throws {
        let driver = try driver()
        let transcript = try #require(
            await Redaction.transcripts(of: [readCard()], by: driver, port: .tty, headers: headers).first)
        let text = Transcript.text(of: [transcript])
        for secret in ["214", "Pool", "1200231126", "1400211126", "JNOVAKOVA", "2026-11-23"] {
            #expect(!text.contains(secret), "\(secret)\n\(text)")
            #expect(!text.contains(ByteText.hex(secret.utf8)), "\(secret)\n\(text)")
        }
        let again = try #require(try Transcript.read(text, file: "copied.txt").first)
        for delivery in ScriptDelivery.allCases {
            let playback = try await again.play(to: driver, delivery: delivery)
            #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
        }
        #expect(again.headers["redacted"]?.hasPrefix("stand-ins") == true)
    }

    @Test func revealedCard_keepsItsBytes_andSaysSo() async throws {
        let driver = try driver()
        let recorded = readCard().transcript(by: driver, port: .tty, headers: headers)
        let transcript = await recorded.revealed(readCard(), by: driver)
        #expect(transcript.steps == recorded.steps)
        #expect(transcript.headers["redacted"]?.contains("do not send it on") == true)
        #expect(try await transcript.play(to: driver).isSame)
    }

    @Test func serialNumberThatBelongsToNoReceipt_isHiddenAllTheSame() async throws {
        let order = KeyOrder(
            lockIds: ["101"], validFrom: Date(timeIntervalSince1970: 1_795_266_000), validUntil: Date(timeIntervalSince1970: 1_795_431_600),
            copies: 2, guestName: "Jana Nova")
        let cut = dialogue(
            .cut(order, on: PropertyClock(timeZone: .gmt)),
            DialogueOutcome(
                result: TaskResult(receipts: (1...2).map { Receipt(copy: $0, verified: false, at: .now) })),
            [
                .sent([5]), .received([6]),
                .sent(message("|CN2|1|R|101||||||1300211126|1100231126|BRIDGE|Jana Nova|||1|")), .received([6]),
                .received(message("|CN2|1|04A1B200000002|")), .sent([6]),
            ])
        let driver = try driver()
        let transcript = try #require(await Redaction.transcripts(of: [cut], by: driver, port: .tty, headers: headers).first)
        let text = Transcript.text(of: [transcript])
        #expect(!text.contains("04A1B2") && !text.contains("Jana"), "\(text)")
        #expect(text.contains("|CN2|1|R|101|"), "the order itself stays: \(text)")
        let playback = try await transcript.play(to: driver)
        #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
    }

    @Test func lines_areTakenOut_whenTheyCannotBePlayedWithStandIns() async throws {
        var broken = readCard()
        // The driver would not have sent this: what was recorded cannot be played, so nothing proves that only secrets were changed.
        broken.events[2].event = .sent(message("|LT|1|E|"))
        let transcript = try #require(
            await Redaction.transcripts(of: [broken], by: try driver(), port: .tty, headers: headers).first)
        #expect(transcript.isIncomplete)
        #expect(transcript.asides.values.joined().contains { $0.hasPrefix("redacted: < ") })
        let text = Transcript.text(of: [transcript])
        #expect(!text.contains("214") && !text.contains(ByteText.hex("214".utf8)), "\(text)")
        #expect(try Transcript.read(text, file: "f").first?.isIncomplete == true)
    }

    @Test func recording_cutsTheStreamAtFrames_andKeepsWhatIsNotPlayedForTheReader() throws {
        let answer = message("|LT|1|LD|")
        let begin: [UInt8] = [6] + answer.prefix(4)
        let events: [RecordedDialogue.Event] = [
            .received([0xFF, 0xFF]), .sent([5]), .silence, .sent([5]), .received(begin), .received(Array(answer.dropFirst(4))), .silence,
            .received([6]), .silence, .gone,
        ]
        let recorded = dialogue(.read, DialogueOutcome(), events).transcript(by: try driver(), port: .tty, headers: [:])
        let steps: [Transcript.Step] = [
            .received([0xFF, 0xFF]), .sent([5]), .sent([5]), .received([6]), .received(answer), .silence, .received([6]), .gone,
        ]
        #expect(recorded.steps == steps)
        #expect(recorded.asides[2] == ["nothing comes until the time limit"])
        #expect(recorded.times[3] == .milliseconds(40))
    }
}
