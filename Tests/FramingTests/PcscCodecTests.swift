// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

private let samples: [PcscMessage] = [
    .describe, .connect, .release, .cardRemoved, .command([]), .command([0x11, 0x12, 0x13, 0x14]),
    .command([UInt8](repeating: 0x91, count: 264)), .answer([0x90, 0x00]), .answer([UInt8](repeating: 0x97, count: 264)),
    .connected(atr: []), .connected(atr: [UInt8](repeating: 0x3B, count: 33)), .cardInserted(atr: [0x3B, 0x00]),
    .trouble(.removedCard), .trouble(PcscCode(rawValue: 0xFFFF_FFFF)), .reader(PcscReader(name: "")),
    .reader(PcscReader(name: "ACS ACR122U PICC Interface 00 00", firmware: "2.14", serial: "RR171-1")),
]

private let verifier = FrameCodecVerifier(
    makeCodec: { PcscCodec() }, samples: samples,
    // The envelope never leaves the process: nothing protects it, and nothing can flip its bits.
    protected: [],
    noise: (0...255).filter { !(0x11...0x14).contains($0) && ![0x91, 0x92, 0x94, 0x95, 0x96, 0x97].contains($0) },
    longestFrame: PcscCodec.longestPayload + 3, pendingBytes: \.pendingBytes)

private func decode(_ bytes: [UInt8]) -> [Decoded<PcscMessage>] {
    var codec = PcscCodec()
    codec.receive(bytes)
    var found: [Decoded<PcscMessage>] = []
    while let decoded = codec.next() { found.append(decoded) }
    return found
}

@Suite struct PcscCodecTests {
    @Test func messages_areFound_whenWhole() { #expect(verifier.whole() == []) }
    @Test func messages_areFound_byteByByte() { #expect(verifier.byteByByte() == []) }
    @Test func messages_areFound_cutAnywhere() { #expect(verifier.cutEverywhere() == []) }
    @Test func messages_areFound_whenGlued() { #expect(verifier.glued() == []) }
    @Test func messages_areFound_behindNoise() { #expect(verifier.behindNoise(seed: 1) == []) }
    @Test(arguments: 1...8) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(verifier.randomBytes(seed: seed) == []) }

    @Test func length_thatTheKindCannotHave_costsOneByteOnly() {
        #expect(decode([0x94, 0xFF, 0xFF] + PcscCodec().encode(.cardRemoved)) == [.frame(.cardRemoved)])
        #expect(decode([0x95, 0x00, 0x03] + PcscCodec().encode(.connect)) == [.frame(.connect)])
    }

    @Test func readerThatCannotBeRead_isDamaged() {
        #expect(decode([0x91, 0x00, 0x03, 0x09, 0x41, 0x42]) == [.damaged("a description of a reader that cannot be read")])
        #expect(decode([0x91, 0x00, 0x03, 0x01, 0xFF, 0x00]) == [.damaged("a description of a reader that cannot be read")])
    }

    @Test func commandAndAnswer_printWithoutContent() {
        let secret = PcscMessage.command(StorageCardCommand.loadKey([0xDE, 0xAD, 0xBE, 0xEF, 0x00, 0x01], structure: 0, slot: 0))
        #expect("\(secret)" == "command of 11 bytes")
        #expect("\(PcscMessage.answer([0xDE, 0xAD]))" == "answer of 2 bytes")
    }
}
