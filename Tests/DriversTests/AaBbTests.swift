// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports
import TestKit
import Testing
import Transcripts

@testable import Drivers

@Suite struct AaBbReaderTests {
    /// The constants of an application that drives such a reader, step by step.
    @Test(arguments: ScriptDelivery.allCases)
    func sequence_isThatOfTheKnownProgram(delivery: ScriptDelivery) async throws {
        let steps = """
            # title: request, anticollision, select, authenticate, read
            > AA BB 06 00 00 00 01 02 52 51
            < AA BB 08 00 00 00 01 02 00 04 00 07
            > AA BB 06 00 00 00 02 02 04 04
            < AA BB 0A 00 00 00 02 02 00 5A EF C6 04 77
            > AA BB 09 00 00 00 03 02 5A EF C6 04 76
            < AA BB 07 00 00 00 03 02 00 08 09
            > AA BB 0D 00 00 00 07 02 60 01 FF FF FF FF FF FF 64
            < AA BB 06 00 00 00 07 02 00 05
            > AA BB 06 00 00 00 08 02 01 0B
            < AA BB 16 00 00 00 08 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0A
            """
        let driver = try AaBbDriver(settings: DriverSettings())
        let (line, port) = try #require(try Transcript.read(steps, file: "-").first).line(to: driver, delivery: delivery)
        let reader = AaBbReader(dialogue: AaBbDialogue(link: line, node: 0, tally: AaBbTally()), signals: false)
        let card = try #require(try await reader.select())
        #expect(card == SelectedCard(uid: [0x5A, 0xEF, 0xC6, 0x04], technology: .mifareClassic1K))
        try await reader.authenticate(card, block: 1, key: [UInt8](repeating: 0xFF, count: 6), kind: .a)
        #expect(try await reader.read(card, at: 1) == [UInt8](repeating: 0, count: 16))
        #expect(port.problems == [])
    }

    @Test(
        arguments: [
            (0x16, "notWritable"), (0x18, "notWritable"), (0x1A, "notWritable"), (0x0A, "cardRemovedEarly"), (0x0D, "cardRemovedEarly"),
            (0x14, "cardRemovedEarly"), (0x15, "cardRemovedEarly"), (0x17, "cardRemovedEarly"), (0x0B, "rejected"), (0x0C, "rejected"),
            (0x19, "rejected"), (0x01, "malformedReply"), (0x02, "malformedReply"), (0x7F, "malformedReply"),
        ] as [(UInt8, String)])
    func status_isAFault(code: UInt8, fault: String) {
        #expect(AaBbStatus(code: code).fault.kind.code == fault)
    }

    /// Counted by the driver, told by the self-test.
    @Test func oddChecks_areCountedAndShown() async throws {
        let driver = try AaBbDriver(settings: DriverSettings(["signals": "no"]))
        let odd: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, 0x14]
        let look = Transcript(steps: [.sent([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x52, 0x51]), .received(odd)])
        #expect(try await look.line(to: driver).line.lookForCard() == CardPresence(.absent))
        let test = Transcript(steps: [
            .sent([0xAA, 0xBB, 0x05, 0x00, 0x00, 0x00, 0x04, 0x01, 0x05]),
            .received([0xAA, 0xBB, 0x07, 0x00, 0x00, 0x00, 0x04, 0x01, 0x00, 0x31, 0x34]),
        ])
        let result = try await test.line(to: driver).line.perform(.selfTest, as: nil, progress: RecordedProgress())
        #expect(result.reading["tolerated"] == "error answers whose check repeats the status: 1")
        #expect(result.reading["firmware"] == "1")
    }
}

@Suite struct AaBbSettingsTests {
    @Test func model_decidesSpeedAndNumber() throws {
        let sl500 = try AaBbSettings(DriverSettings())
        #expect(sl500.line.baud == 19200)
        #expect(sl500.node == 0x0000)
        #expect(sl500.speed == nil)
        let yhy = try AaBbSettings(DriverSettings(["model": "yhy", "speed": "57600"]))
        #expect(yhy.line.baud == 115_200)
        #expect(yhy.node == 0xFFFF)
        #expect(yhy.speed == 57600)
        let own = try AaBbSettings(DriverSettings(["node": "1211", "baud": "9600"]))
        #expect(own.line.baud == 9600)
        #expect(own.node == 0x1211)
    }

    @Test(arguments: [
        ("model", "mfrc522"), ("node", "12"), ("node", "wxyz"), ("baud", "14400"), ("speed", "fast"), ("signals", "loud"),
        ("answerTimeout", "0s"), ("key", "door"), ("colour", "red"),
    ])
    func settings_areRefused_byTheKeyThatIsWrong(key: String, value: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try AaBbSettings(DriverSettings([key: value])) }
        #expect(fault?.key == key)
    }
}
