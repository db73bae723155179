// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

private let samples: [AaBbFrame] = [
    AaBbFrame(node: 0, command: 0x0201, payload: [0x52]), AaBbFrame(node: 0, command: 0x0201, payload: [0x00, 0x04, 0x00]),
    AaBbFrame(node: 0xFFFF, command: 0x0104), AaBbFrame(node: 0x1211, command: 0x0106, payload: [0x00]),
    AaBbFrame(node: 0xAAAA, command: 0x0103, payload: [0x00, 0xAA, 0xAA]),
    AaBbFrame(node: 0, command: 0x0209, payload: [0x04, 0xAA, 0xAA] + [UInt8](repeating: 0, count: 14)),
    AaBbFrame(node: 0, command: 0x0209, payload: [0x04] + [UInt8](repeating: 0xAA, count: 16)),
    // A check of AA.
    AaBbFrame(node: 0, command: 0x0208, payload: [0xA0]), AaBbFrame(node: 0, command: 0x0208, payload: [0x00, 0xBB, 0x1B]),
]

private let verifier = FrameCodecVerifier(
    makeCodec: { AaBbCodec() }, samples: samples,
    // Of a lone status a flipped bit can make an error answer with the check that is tolerated. An AA that is flipped lets its 00 count,
    // and an AA at the end of the payload may then happen to be the check.
    protected: samples.filter { $0.payload.count != 1 && $0.node != 0xAAAA }, noise: (0...255).filter { $0 != 0xAA },
    longestFrame: AaBbCodec.longestFrame, pendingBytes: \.pendingBytes)

private func decode(_ bytes: [UInt8]) -> [Decoded<AaBbFrame>] {
    var codec = AaBbCodec()
    codec.receive(bytes)
    var found: [Decoded<AaBbFrame>] = []
    while let decoded = codec.next() { found.append(decoded) }
    return found
}

@Suite struct AaBbCodecTests {
    @Test func frames_areFound_whenWhole() { #expect(verifier.whole() == []) }
    @Test func frames_areFound_byteByByte() { #expect(verifier.byteByByte() == []) }
    @Test func frames_areFound_cutAnywhere() { #expect(verifier.cutEverywhere() == []) }
    @Test func frames_areFound_whenGlued() { #expect(verifier.glued() == []) }
    @Test func frames_areFound_behindNoise() { #expect(verifier.behindNoise(seed: 3) == []) }
    @Test func frame_isFound_behindOneThatBrokeOff() { #expect(verifier.brokenOff() == []) }
    /// But an error answer, whose check nobody looks at: no success, and no content, ever comes of it.
    @Test func flippedBit_neverMakesAnotherFrame() {
        let taken = verifier.oneBitFlipped().filter { !$0.contains("rawValue: \(AaBbQuirks.uncheckedError.rawValue)") }
        #expect(taken == [])
    }
    @Test(arguments: 1...8) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(verifier.randomBytes(seed: seed) == []) }

    /// Constants of an application, a README and a layout: frame and bytes both ways.
    @Test(
        arguments: [
            ([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x52, 0x51], 0x0000, 0x0201, [0x52]),
            ([0xAA, 0xBB, 0x08, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x04, 0x00, 0x07], 0x0000, 0x0201, [0x00, 0x04, 0x00]),
            ([0xAA, 0xBB, 0x06, 0x00, 0xFF, 0xFF, 0x06, 0x01, 0x64, 0x63], 0xFFFF, 0x0106, [0x64]),
            ([0xAA, 0xBB, 0x06, 0x00, 0x11, 0x12, 0x06, 0x01, 0x00, 0x04], 0x1211, 0x0106, [0x00]),
            (
                [
                    0xAA, 0xBB, 0x16, 0x00, 0x00, 0x00, 0x09, 0x02, 0x04, 0xAA, 0x00, 0xAA, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                    0x00,
                    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0F,
                ], 0x0000, 0x0209, [0x04, 0xAA, 0xAA, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00]
            ),
        ] as [([UInt8], UInt16, UInt16, [UInt8])])
    func frame_hasTheBytesThatAreKnown(bytes: [UInt8], node: UInt16, command: UInt16, payload: [UInt8]) {
        let frame = AaBbFrame(node: node, command: command, payload: payload)
        let codec = AaBbCodec()
        #expect(codec.encode(frame) == bytes)
        #expect(decode(bytes) == [.frame(frame)])
    }

    @Test func errorAnswer_isTaken_whenItsCheckRepeatsTheStatus() throws {
        let found = decode([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, 0x14])
        let frame = AaBbFrame(node: 0, command: 0x0201, payload: [0x14])
        #expect(found == [.frame(frame)])
        guard case .frame(let taken)? = found.first else { return }
        #expect(taken.quirks == .repeatedStatus)
    }

    /// The open drivers look at the check of a success only.
    @Test(arguments: [0x00, 0x15, 0xFF] as [UInt8]) func errorAnswer_isTaken_whateverItsCheckIs(check: UInt8) {
        let found = decode([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, check])
        guard case .frame(let taken)? = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect(taken.status == 0x14)
        #expect(taken.quirks == .uncheckedError)
    }

    @Test func cutAnswer_isDamage_whenNothingFollows() {
        var codec = AaBbCodec()
        codec.receive([0xAA, 0xBB, 0x08, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x04])
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence != nil)
        codec.silence()
        #expect(codec.next() == .damaged("broken off"))
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence == nil)
        // What comes then is read as if nothing had been.
        codec.receive([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x07, 0x02, 0x00, 0x05])
        #expect(codec.next() == .frame(AaBbFrame(node: 0, command: 0x0207, payload: [0x00])))
    }

    @Test func rightCheck_isNoQuirk() {
        guard case .frame(let frame)? = decode([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, 0x17]).first else {
            Issue.record("not decoded")
            return
        }
        #expect(frame.quirks == [])
    }

    @Test(
        arguments: [
            // Success, or more than a status: the check must be right.
            [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00],
            [0xAA, 0xBB, 0x07, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, 0x00, 0x14],
        ] as [[UInt8]])
    func wrongCheck_isDamage(bytes: [UInt8]) {
        #expect(decode(bytes) == [.damaged("wrong check byte")])
    }

    /// The check is AA: some readers stuff it, others do not.
    @Test func checkOfAA_isTaken_stuffedAndBare() throws {
        let frame = AaBbFrame(node: 0, command: 0x0208, payload: [0xA0])
        var codec = AaBbCodec()
        let bare = codec.encode(frame)
        #expect(bare.last == 0xAA)
        codec.receive(bare + bare + [0x00] + bare)
        #expect(codec.next() == .frame(frame))
        #expect(codec.next() == .frame(frame))
        guard case .frame(let third)? = codec.next() else {
            Issue.record("the third frame is missing")
            return
        }
        #expect(third == frame)
        #expect(third.quirks == .strayZero)
        #expect(codec.discardedBytes == 0)
    }

    @Test(
        arguments: [
            ([0xAA, 0xBB, 0x04, 0x00, 0x00, 0x00, 0x01, 0x02], "length 4"), ([0xAA, 0xBB, 0x81, 0x00, 0x00, 0x00], "length 129"),
            ([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0xAA, 0x02, 0x00, 0x00], "AA without 00"),
            ([0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0xAA, 0xBB], "broken off"),
        ] as [([UInt8], String)])
    func nonsense_isDamage(bytes: [UInt8], why: String) {
        #expect(decode(bytes).first == .damaged(why))
    }

    @Test func reset_forgetsTheFrameInHand() {
        var codec = AaBbCodec()
        codec.receive([0xAA, 0xBB, 0x06, 0x00])
        #expect(codec.next() == nil)
        codec.reset()
        #expect(codec.pendingBytes == 0)
    }
}
