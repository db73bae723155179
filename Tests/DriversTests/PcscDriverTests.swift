// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import TestKit
import Testing
import Transcripts

@testable import Drivers

@Suite struct PcscDriverTests {
    @Test(
        arguments: [
            (0x0001, "mifare-classic-1k"), (0x0002, "mifare-classic-4k"), (0x0003, "mifare-ultralight"), (0x0026, "mifare-classic-mini"),
            (0x003A, "mifare-ultralight"), (0x0036, "mifare-classic-2k"),
            (0x0037, "mifare-classic-4k"), (0x0038, "iso14443a"),
        ] as [(UInt16, String)])
    func technology_isReadFromTheAnswerToReset(name: UInt16, technology: String) {
        let atr = AnswerToReset.bytes(of: .init(standard: 3, name: name))
        #expect(CardTechnology(answerToReset: atr).name == technology)
    }

    @Test func technology_isOther_whereTheCardSpeaksForItself() {
        #expect(CardTechnology(answerToReset: [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]) == .other(sak: 0x20))
        #expect(CardTechnology(answerToReset: []) == .other(sak: 0x20))
        // The same name under another standard is another card.
        #expect(CardTechnology(answerToReset: AnswerToReset.bytes(of: .init(standard: 0x0B, name: 0x0001))) == .other(sak: 0x20))
    }

    @Test func cardThatComesOrGoes_isTold() throws {
        let driver = try PcscDriver(settings: DriverSettings())
        #expect(driver.card(in: .cardInserted(atr: [])) == .unknown)
        #expect(driver.card(in: .cardRemoved) == CardPresence(.absent))
        #expect(driver.card(in: .answer([0x90, 0x00])) == nil)
        #expect(driver.presence == .told)
    }

    @Test func look_tellsTheCard_andGivesItBack() async throws {
        let driver = try PcscDriver(settings: DriverSettings())
        let codec = PcscCodec()
        let atr = AnswerToReset.bytes(of: .init(standard: 3, name: 0x0001))
        let script = Transcript(steps: [
            .sent(codec.encode(.connect)), .received(codec.encode(.connected(atr: atr))),
            .sent(codec.encode(.command(StorageCardCommand.serialNumber))),
            .received(codec.encode(.answer([0x5A, 0x1D, 0x00, 0x01, 0x90, 0x00]))), .sent(codec.encode(.release)),
        ])
        let (line, port) = script.line(to: driver)
        #expect(
            try await line.lookForCard() == CardPresence(.present, uid: "5A1D0001", technology: "mifare-classic-1k"))
        #expect(port.problems == [])
    }

    @Test(arguments: [["keyStructure": "40"], ["keySlot": "2"], ["key": "nobody"], ["baud": "9600"]])
    func setting_isRefused_whenItIsNoneOfOurs(values: [String: String]) {
        #expect(throws: SettingsFault.self) { try PcscDriver(settings: DriverSettings(values)) }
    }

    /// The mapping of protocols to faults, row by row.
    @Test(
        arguments: [
            (.removedCard, "cardRemovedEarly"), (.sharingViolation, "busy"), (.noService, "offline"), (.readerUnavailable, "offline"),
            (.timeout, "timeout"), (.unsupportedCard, "unsupportedCard"), (.securityViolation, "notPermitted"),
            (PcscCode(rawValue: 0x8010_0001), "malformedReply"),
        ] as [(PcscCode, String)])
    func returnValue_becomesTheFaultOfItsKind(code: PcscCode, kind: String) {
        #expect(PcscRefusal.fault(code, to: "read").kind.code == kind)
        #expect(PcscRefusal.fault(code, to: "write", effect: .writesCard).card == .unknown)
    }

    @Test(
        arguments: [
            (0x6300, "notWritable"), (0x6982, "notWritable"), (0x6A81, "unsupportedCard"), (0x6C10, "rejected"), (0x6700, "rejected"),
            (0x6A82, "unsupportedCard"), (0x1234, "malformedReply"),
        ] as [(UInt16, String)])
    func statusWord_becomesTheFaultOfItsKind(word: UInt16, kind: String) {
        #expect(PcscRefusal.fault(StatusWord(rawValue: word), to: "read").kind.code == kind)
    }
}
