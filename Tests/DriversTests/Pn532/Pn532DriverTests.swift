// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import TestKit
import Testing
import Transcripts

@testable import Drivers

private func script(_ exchanges: (command: [UInt8], answer: [UInt8])...) -> Transcript {
    let codec = Pn532Codec()
    return Transcript(
        steps: exchanges.flatMap {
            [
                Transcript.Step.sent(codec.encode(.command($0.command))), .received(codec.encode(.acknowledge)),
                .received(codec.encode(.response($0.answer))),
            ]
        })
}

@Suite struct Pn532DriverTests {
    @Test func presence_isPolled_withoutHurry() throws {
        #expect(try Pn532Driver(settings: DriverSettings()).presence == .polled(every: .milliseconds(300)))
        #expect(Pn532Driver.manifest.capabilities.contains(.presence))
    }

    @Test(arguments: [
        ([UInt8](arrayLiteral: 0x4B, 0), CardPresence(.absent)),
        ([0x4B, 1, 1, 0x00, 0x04, 0x08, 4, 1, 2, 3, 4], CardPresence(.present, uid: "01020304", technology: "mifare-classic-1k")),
        ([0x4B, 1, 1, 0x00, 0x02, 0x18, 4, 1, 2, 3, 4], CardPresence(.present, uid: "01020304", technology: "mifare-classic-4k")),
        (
            // With the answer to a request for an application protocol behind it.
            [0x4B, 1, 1, 0x03, 0x44, 0x20, 7, 4, 1, 2, 3, 4, 5, 6, 0x06, 0x75, 0x77, 0x81, 0x02, 0x80],
            CardPresence(.present, uid: "04010203040506", technology: "iso14443a")
        ),
    ])
    func look_tellsTheCard(answer: [UInt8], wanted: CardPresence) async throws {
        let (line, port) = script(([0x4A, 1, 0], answer)).line(to: try Pn532Driver(settings: DriverSettings()))
        #expect(try await line.lookForCard() == wanted)
        #expect(port.problems == [])
    }

    @Test(
        arguments: [[0x4B], [0x4B, 2], [0x4B, 1], [0x4B, 1, 1, 0, 4, 8, 5, 1, 2, 3, 4, 5], [0x4B, 1, 1, 0, 4, 8, 4, 1, 2, 3]] as [[UInt8]])
    func brokenDescription_isMalformed(answer: [UInt8]) async throws {
        let driver = try Pn532Driver(settings: DriverSettings())
        let line = script(([0x4A, 1, 0], answer)).line(to: driver).line
        await #expect { try await line.lookForCard() } throws: { ($0 as? Fault)?.kind == .malformedReply }
    }

    /// Every status byte has its fault; the two high bits say nothing of errors.
    @Test func everyStatus_isAFault() {
        #expect(Pn532Status(0x00).isGood && Pn532Status(0x40).isGood)
        let reading: [UInt8: FaultKind] = [
            0x01: .cardRemovedEarly, 0x02: .cardRemovedEarly, 0x13: .cardRemovedEarly, 0x14: .notWritable, 0x29: .cardRemovedEarly,
            0x2A: .unsupportedCard, 0x2B: .cardRemovedEarly, 0x0D: .busy, 0x2D: .busy, 0x0E: .malformedReply, 0x3F: .malformedReply,
        ]
        for (code, kind) in reading { #expect(Pn532Status(code).fault(.nothing).kind == kind, "\(code)") }
        for code in [0x02, 0x03, 0x13] as [UInt8] { #expect(Pn532Status(code).fault(.block).kind == .notWritable) }
        for code in [0x01, 0x29, 0x2B] as [UInt8] { #expect(Pn532Status(code).fault(.block).kind == .cardRemovedEarly) }
        for code in [0x01, 0x07, 0x09, 0x0E, 0x12, 0x23, 0x29, 0x2B, 0x13] as [UInt8] {
            #expect(Pn532Status(code).fault(.page).kind == .notWritable)
        }
        for code in [0x10, 0x26, 0x27] as [UInt8] { #expect(Pn532Status(code).fault(.block).kind.code == "rejected") }
        for code in UInt8(1)...0x3F { #expect(!Pn532Status(code).isGood && Pn532Status(code).fault(.block).detail != nil) }
    }

    @Test(arguments: [
        (["speed": "12345"], "speed"), (["sped": "9600"], "sped"), (["key": "nobody"], "key"), (["cardTimeout": "soon"], "cardTimeout"),
    ])
    func settings_areRefused(values: [String: String], key: String) {
        #expect { try Pn532Driver(settings: DriverSettings(values)) } throws: { ($0 as? SettingsFault)?.key == key }
    }

    @Test func otherSpeeds_beginWithTheSitesOwn() throws {
        #expect(try Pn532Settings(DriverSettings(["speed": "230400"])).otherSpeeds.prefix(2) == [230_400, 921_600])
        #expect(try !Pn532Settings(DriverSettings()).otherSpeeds.contains(115_200))
    }
}
