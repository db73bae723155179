// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// What PC/SC readers say of cards.
@Suite struct StorageCardTests {
    @Test func commands_haveTheBytesOfTheStandard() {
        #expect(StorageCardCommand.serialNumber == [0xFF, 0xCA, 0x00, 0x00, 0x00])
        #expect(
            StorageCardCommand.loadKey([1, 2, 3, 4, 5, 6], structure: 0x20, slot: 1) == [0xFF, 0x82, 0x20, 0x01, 0x06, 1, 2, 3, 4, 5, 6])
        #expect(StorageCardCommand.authenticate(block: 4, kind: 0x60, slot: 0) == [0xFF, 0x86, 0, 0, 5, 1, 0, 4, 0x60, 0])
        #expect(StorageCardCommand.read(4, length: 16) == [0xFF, 0xB0, 0x00, 0x04, 0x10])
        #expect(StorageCardCommand.update(4, [1, 2, 3, 4]) == [0xFF, 0xD6, 0x00, 0x04, 0x04, 1, 2, 3, 4])
    }

    @Test(
        arguments: [
            (0x9000, .done), (0x6300, .failed), (0x6A81, .notSupported), (0x6C10, .wrongLength(right: 0x10)),
            (0x6700, .wrongLength(right: nil)), (0x6982, .notAllowed), (0x6A82, .noSuchPlace), (0x0000, .other),
        ] as [(UInt16, StatusWord.Meaning)])
    func statusWord_meansWhatTheReadersMean(word: UInt16, meaning: StatusWord.Meaning) {
        #expect(StatusWord(rawValue: word).meaning == meaning)
    }

    @Test func answer_isDataAndStatus() {
        #expect(ResponseAPDU([0x04, 0xA1, 0x90, 0x00])?.data == [0x04, 0xA1])
        #expect(ResponseAPDU([0x63, 0x00])?.status.description == "63 00")
        #expect(ResponseAPDU([0x90]) == nil)
        #expect(ResponseAPDU([]) == nil)
    }

    @Test func answerToReset_namesTheStorageCard() {
        let printed: [UInt8] = [
            0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6A,
        ]
        #expect(AnswerToReset(printed)?.storageCard == .init(standard: 3, name: 0x0001))
        #expect(AnswerToReset.bytes(of: .init(standard: 3, name: 0x0001)) == printed)
    }

    @Test func answerToReset_isNone_cutAnywhere() {
        let whole = AnswerToReset.bytes(of: .init(standard: 3, name: 0x0003))
        for length in 0..<(whole.count - 1) { #expect(AnswerToReset(Array(whole.prefix(length))) == nil, "\(length) bytes") }
    }

    /// The ACR122U on the wire of USB, as recorded: a header of ten bytes, then the answer that PC/SC hands on.
    @Test func recordedAnswers_areRead() {
        let recorded: [([UInt8], Int)] = [
            ([0x80, 0x02, 0, 0, 0, 0, 0, 0, 0x81, 0, 0x90, 0x00], 0),
            (
                [
                    0x80, 0x0E, 0, 0, 0, 0, 0, 0, 0xFE, 0, 0xD5, 0x4B, 0x01, 0x01, 0x04, 0x00, 0x08, 0x04, 0x82, 0xAC, 0xB9, 0x5D, 0x90,
                    0x00,
                ], 12
            ),
        ]
        for (bytes, length) in recorded {
            let answer = ResponseAPDU(Array(bytes.dropFirst(10)))
            #expect(answer?.status.meaning == .done)
            #expect(answer?.data.count == length)
        }
        // Powered on without a card the reader gives an answer to reset that says nothing.
        #expect(AnswerToReset([0x3B, 0x00])?.historicalBytes == [])
        #expect(AnswerToReset([0x3B, 0x00])?.storageCard == nil)
    }

    @Test(arguments: 1...8) func randomBytes_areReadOrRefused(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &random)
            var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            if Bool.random(using: &random), !bytes.isEmpty { bytes[0] = 0x3B }
            if let atr = AnswerToReset(bytes) { #expect(atr.historicalBytes.count <= 15) }
            _ = AnswerToReset(bytes)?.storageCard
            _ = ResponseAPDU(bytes)?.status.meaning
        }
    }
}
