// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

private let samples: [Pn532Frame] = [
    .acknowledge, .refuse, .applicationError, .command([0x02]), .response([0x03, 0x32, 0x01, 0x06, 0x07]),
    // Content that looks like a start, an ACK or a NACK.
    .response([0x41, 0x00, 0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]), .response([0x41, 0x00, 0xFF, 0xFF, 0x00]),
    .response([0x41] + [UInt8](repeating: 0x00, count: 17)), .response([0x41] + [UInt8](repeating: 0xFF, count: 17)),
    // The longest normal frame and extended ones, up to the chip's limit.
    .command([0x40] + [UInt8](repeating: 0x11, count: 253)), .command([0x40] + [UInt8](repeating: 0x22, count: 254)),
    .response([0x41] + [UInt8](repeating: 0x33, count: 263)),
]

private let protected: [Pn532Frame] = [
    .command([0x02]), .response([0x03, 0x32, 0x01, 0x06, 0x07]), .command([0x40, 0x01, 0x30, 0x02]),
]

private let verifier = FrameCodecVerifier(
    makeCodec: { Pn532Codec() }, samples: samples, protected: protected, noise: [0x55, 0x80, 0x98, 0xAA, 0xC3],
    longestFrame: Pn532Codec.longestFrame, pendingBytes: \.pendingBytes)

/// What the bytes hold, and what they hold once nothing follows.
private func decode(_ bytes: [UInt8], thenSilence: Bool = true) -> [Decoded<Pn532Frame>] {
    var codec = Pn532Codec()
    codec.receive(bytes)
    var found: [Decoded<Pn532Frame>] = []
    while let decoded = codec.next() { found.append(decoded) }
    while thenSilence, codec.endedBySilence != nil {
        codec.silence()
        while let decoded = codec.next() { found.append(decoded) }
    }
    return found
}

private func frames(_ bytes: [UInt8]) -> [Pn532Frame] {
    decode(bytes).compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
}

@Suite struct Pn532CodecTests {
    @Test func frames_areFound_whenWhole() { #expect(verifier.whole() == []) }
    @Test func frames_areFound_byteByByte() { #expect(verifier.byteByByte() == []) }
    @Test func frames_areFound_cutAnywhere() { #expect(verifier.cutEverywhere() == []) }
    @Test func frames_areFound_whenGlued() { #expect(verifier.glued() == []) }
    @Test func frames_areFound_behindNoise() { #expect(verifier.behindNoise(seed: 1) == []) }
    @Test func flippedBit_neverMakesAnotherFrame() { #expect(verifier.oneBitFlipped() == []) }
    @Test(arguments: 1...8) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(verifier.randomBytes(seed: seed) == []) }

    /// Without its last byte, which is only padding, a frame is whole; with any byte less it must not cost the one behind it.
    @Test(arguments: protected) func frame_isFound_behindOneThatBrokeOff(sample: Pn532Frame) {
        let bytes = Pn532Codec().encode(sample)
        for place in 1..<bytes.count - 1 { #expect(frames(Array(bytes[..<place]) + bytes) == [sample], "broken off at \(place)") }
        #expect(frames(Array(bytes.dropLast())) == [sample])
    }

    /// Worked examples of the manual and of the logs of open drivers.
    @Test(arguments: [
        (Pn532Frame.command([0x02]), "00 00 FF 02 FE D4 02 2A 00"),
        (.response([0x03, 0x32, 0x01, 0x06, 0x07]), "00 00 FF 06 FA D5 03 32 01 06 07 E8 00"),
        (.acknowledge, "00 00 FF 00 FF 00"), (.refuse, "00 00 FF FF 00 00"), (.applicationError, "00 00 FF 01 FF 7F 81 00"),
        (.command([0x4A, 0x01, 0x00]), "00 00 FF 04 FC D4 4A 01 00 E1 00"), (.command([0x14, 0x01]), "00 00 FF 03 FD D4 14 01 17 00"),
    ])
    func frame_isWrittenAsInTheManual(frame: Pn532Frame, text: String) {
        #expect(Pn532Codec().encode(frame) == bytes(text))
        #expect(frames(bytes(text)) == [frame])
    }

    @Test func wakeUp_isNoFrame_forWhoeverHearsIt() {
        let wakeUp = Pn532Codec().encode(.wakeUp)
        #expect(wakeUp == [0x55, 0x55] + [UInt8](repeating: 0, count: 14))
        #expect(frames(wakeUp + Pn532Codec().encode(.command([0x14, 0x01]))) == [.command([0x14, 0x01])])
    }

    /// Replies from the tests of an open driver: each stands alone.
    @Test(arguments: [
        ("00 00 FF 05 FB D5 01 34 35 36 8B 00", [Pn532Frame.response([0x01, 0x34, 0x35, 0x36])]), ("00 00 00", []),
        ("00 00 FF 04 FB D5 01 34 35 36 8B 00", []), ("00 00 FF 05 FB D5 01 34 35 8B 00", []), ("00 00 00 05 FB D5 01 34 35 36 8B 00", []),
        ("00 00 FF 05 FB D5 01 34 35 36 8A 00", []), ("00 00 FF 05 FB D6 01 34 35 36 8A 00", []),
        ("00 00 FF 05 FB D5 02 34 35 36 8A 00", [.response([0x02, 0x34, 0x35, 0x36])]), ("00 00 FF 01 FF 7F 81 00", [.applicationError]),
        ("98 80", []), ("00 00 FF 00 00 00", []), ("00 00 FF FF FF FF FF 02 00", []), ("00 00 FF FF FF 00 00 00 00", []),
    ])
    func reply_isRead_orRefused(text: String, wanted: [Pn532Frame]) {
        #expect(frames(bytes(text)) == wanted)
        // Whatever it was, the good frame behind it is found.
        #expect(frames(bytes(text) + bytes("00 00 FF 02 FE D5 15 16 00")).last == .response([0x15]))
    }

    @Test func extendedFrame_isRead_asOthersWriteIt() {
        let content: [UInt8] = [0x34, 0x35, 0x36] + [UInt8](repeating: 0, count: 256)
        let written = bytes("00 00 FF FF FF 01 05 FA D5 01") + content + bytes("8B 00")
        #expect(Pn532Codec().encode(.response([0x01] + content)) == written)
        #expect(frames(written) == [.response([0x01] + content)])
    }

    /// A length out of noise would wait for bytes that never come and swallow what does.
    @Test func accidentalStart_isGivenUp_whenNothingFollows() {
        let noise = bytes("98 80 00 FF 40 C0 12")
        let good = bytes("00 00 FF 00 FF 00 00 00 FF 02 FE D5 15 16 00")
        var codec = Pn532Codec()
        codec.receive(noise + good)
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence != nil)
        codec.silence()
        #expect(codec.next() == .damaged("the frame broke off"))
        #expect(codec.next() == .frame(.acknowledge))
        #expect(codec.next() == .frame(.response([0x15])))
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence == nil)
        #expect(codec.discardedBytes == 6)
    }

    @Test func bytesThatFollow_endTheSilence() {
        var codec = Pn532Codec()
        let frame = bytes("00 00 FF 02 FE D5 15 16 00")
        codec.receive(Array(frame[..<5]))
        #expect(codec.next() == nil)
        codec.silence()
        codec.receive(Array(frame[5...]))
        #expect(codec.next() == .frame(.response([0x15])))
    }

    /// Damage of every kind to a good dialogue: nothing hangs, nothing is taken for a frame that its sum does not vouch for.
    @Test(arguments: 1...20) func damagedDialogue_isSurvived(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let dialogue = samples.flatMap { Pn532Codec().encode($0) }
        for _ in 0..<50 {
            var damaged = dialogue
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            damaged += [UInt8](repeating: 0, count: Pn532Codec.longestFrame) + Pn532Codec().encode(.response([0x15]))
            #expect(frames(damaged).last == .response([0x15]))
        }
    }
}

private func bytes(_ text: String) -> [UInt8] { text.split(separator: " ").compactMap { UInt8($0, radix: 16) } }
