// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// Messages of an ACR122U as a program's log shows them, both directions in order.
private let recorded: [(bytes: [UInt8], message: CcidMessage)] = [
    ([0x62, 0, 0, 0, 0, 0, 0, 1, 0, 0], CcidMessage(.powerOn, sequence: 0, parameters: [1])),
    ([0x80, 2, 0, 0, 0, 0, 0, 0, 0x81, 0, 0x3B, 0x00], CcidMessage(.dataBlock, sequence: 0, parameters: [0, 0x81], data: [0x3B, 0x00])),
    (
        [0x6F, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0x00, 0x51, 0x00, 0x00],
        CcidMessage(.transfer, sequence: 0, data: [0xFF, 0x00, 0x51, 0x00, 0x00])
    ),
    ([0x80, 2, 0, 0, 0, 0, 0, 0, 0x81, 0, 0x90, 0x00], CcidMessage(.dataBlock, sequence: 0, parameters: [0, 0x81], data: [0x90, 0x00])),
    (
        [0x6F, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0x00, 0x00, 0x00, 0x04, 0xD4, 0x4A, 0x01, 0x00],
        CcidMessage(.transfer, sequence: 0, data: [0xFF, 0x00, 0x00, 0x00, 0x04, 0xD4, 0x4A, 0x01, 0x00])
    ),
    (
        [0x80, 14, 0, 0, 0, 0, 0, 0, 0xFE, 0, 0xD5, 0x4B, 0x01, 0x01, 0x04, 0x00, 0x08, 0x04, 0x82, 0xAC, 0xB9, 0x5D, 0x90, 0x00],
        CcidMessage(
            .dataBlock, sequence: 0, parameters: [0, 0xFE],
            data: [0xD5, 0x4B, 0x01, 0x01, 0x04, 0x00, 0x08, 0x04, 0x82, 0xAC, 0xB9, 0x5D, 0x90, 0x00])
    ),
]

@Suite struct CcidCodecTests {
    private static let verifier = FrameCodecVerifier(
        makeCodec: { CcidCodec() },
        samples: recorded.map(\.message) + [
            CcidMessage(.slotStatus, slot: 1, sequence: 0xFF, parameters: [0x42, 0xFE]),
            CcidMessage(.transfer, sequence: 7, data: [UInt8](repeating: 0x6F, count: CcidMessage.longestData)),
        ],
        protected: [], noise: (0...255).filter { CcidMessage.Kind(rawValue: $0) == nil }, longestFrame: CcidCodec.longestMessage,
        pendingBytes: \.pendingBytes)

    @Test(arguments: recorded.indices) func messages_areReadAndWrittenAsRecorded(index: Int) {
        let (bytes, message) = recorded[index]
        var codec = CcidCodec()
        #expect(codec.encode(message) == bytes)
        codec.receive(bytes)
        #expect(codec.next() == .frame(message))
        #expect(codec.next() == nil)
        #expect(codec.discardedBytes == 0)
    }

    @Test func messages_areFound_howeverTheyArrive() {
        #expect(Self.verifier.whole() == [])
        #expect(Self.verifier.byteByByte() == [])
        #expect(Self.verifier.cutEverywhere() == [])
        #expect(Self.verifier.glued() == [])
        #expect(Self.verifier.behindNoise(seed: 3) == [])
    }

    @Test(arguments: 1...4) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(Self.verifier.randomBytes(seed: seed) == []) }

    @Test func impossibleLength_costsOneByte() {
        var codec = CcidCodec()
        codec.receive([0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0] + recorded[0].bytes)
        #expect(codec.next() == .frame(recorded[0].message))
        #expect(codec.discardedBytes == 10)
    }

    @Test func messageThatBreaksOff_isOverAfterASilence() {
        var codec = CcidCodec()
        codec.receive(Array(recorded[1].bytes.dropLast()))
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence != nil)
        codec.silence()
        #expect(codec.next() == .damaged("broken off"))
        while let more = codec.next() { #expect(more == .damaged("broken off"), "remains that look like a header") }
        #expect(codec.endedBySilence == nil)
        #expect(codec.pendingBytes == 0)
        codec.receive(recorded[0].bytes)
        #expect(codec.next() == .frame(recorded[0].message))
    }

    @Test func answers_sayHowItWent_andWhatLiesThere() {
        #expect(recorded[5].message.outcome == .done, "a number left from before in the error's byte")
        #expect(recorded[5].message.card == .active)
        let absent = CcidMessage(.slotStatus, sequence: 1, parameters: [0x42, 0xFE])
        #expect(absent.outcome == .failed(0xFE))
        #expect(absent.card == .absent)
        #expect(CcidMessage(.dataBlock, sequence: 1, parameters: [0x80, 0x01]).outcome == .wantsTime)
        #expect(CcidMessage(.dataBlock, sequence: 1, parameters: [0xC3]).outcome == nil)
        #expect(CcidMessage(.dataBlock, sequence: 1, parameters: [0xC3]).card == nil)
        #expect(recorded[0].message.outcome == nil)
        #expect(recorded[0].message.card == nil)
    }

    @Test func messages_printWithoutContent() {
        #expect("\(recorded[5].message)" == "dataBlock, 14 bytes")
    }
}
