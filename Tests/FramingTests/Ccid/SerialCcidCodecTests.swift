// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// Power on and the firmware's version on an ACR122S: both directions in order, computed from the layout of the maker's manual.
private let dialogue: [(bytes: [UInt8], frame: SerialCcidFrame)] = [
    ([0x02, 0x62, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x63, 0x03], .message(CcidMessage(.powerOn, sequence: 0, parameters: [1]))),
    ([0x02, 0x00, 0x00, 0x03], .accepted),
    (
        [0x02, 0x80, 2, 0, 0, 0, 0, 0, 0, 0x81, 0, 0x3B, 0x00, 0x38, 0x03],
        .message(CcidMessage(.dataBlock, sequence: 0, parameters: [0, 0x81], data: [0x3B, 0x00]))
    ),
    (
        [0x02, 0x6F, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0x00, 0x00, 0x00, 0x02, 0xD4, 0x02, 0x42, 0x03],
        .message(CcidMessage(.transfer, sequence: 1, data: [0xFF, 0x00, 0x00, 0x00, 0x02, 0xD4, 0x02]))
    ),
    ([0x02, 0x00, 0x00, 0x03], .accepted),
    (
        [0x02, 0x80, 8, 0, 0, 0, 0, 1, 0, 0x81, 0, 0xD5, 0x03, 0x32, 0x01, 0x04, 0x07, 0x90, 0x00, 0x7E, 0x03],
        .message(CcidMessage(.dataBlock, sequence: 1, parameters: [0, 0x81], data: [0xD5, 0x03, 0x32, 0x01, 0x04, 0x07, 0x90, 0x00]))
    ),
]

@Suite struct SerialCcidCodecTests {
    private static let messages =
        dialogue.map(\.frame).filter { $0 != .accepted } + [
            // Data that looks like frames, and a check of 02 or 03.
            .message(CcidMessage(.transfer, sequence: 9, data: [0x02, 0x00, 0x00, 0x03, 0x02, 0x80, 0x03])),
            .message(CcidMessage(.transfer, sequence: 0, data: [0x02 ^ 0x6F ^ 0x01])),
            .message(CcidMessage(.escape, sequence: 0, data: [0x03 ^ 0x6B ^ 0x01])),
        ]

    private static let verifier = FrameCodecVerifier(
        makeCodec: { SerialCcidCodec() },
        samples: messages + [.accepted, .refused(0xFF, 0xFF), .refused(0x99, 0x99), .refused(0x00, 0x01)], protected: messages,
        noise: (0...255).filter { $0 != 0x02 }, longestFrame: SerialCcidCodec.longestFrame, settles: true, pendingBytes: \.pendingBytes)

    @Test(arguments: dialogue.indices) func frames_areReadAndWrittenAsPrinted(index: Int) {
        let (bytes, frame) = dialogue[index]
        var codec = SerialCcidCodec()
        #expect(codec.encode(frame) == bytes)
        codec.receive(bytes)
        #expect(codec.next() == .frame(frame))
        #expect(codec.next() == nil)
    }

    @Test func dialogue_isRead_whenGluedAndByteByByte() {
        for pieces in [[dialogue.flatMap(\.bytes)], dialogue.flatMap(\.bytes).map { [$0] }] {
            var codec = SerialCcidCodec()
            var found: [Decoded<SerialCcidFrame>] = []
            for piece in pieces {
                codec.receive(piece)
                while let decoded = codec.next() { found.append(decoded) }
            }
            #expect(found == dialogue.map { .frame($0.frame) })
            #expect(codec.discardedBytes == 0)
        }
    }

    @Test func frames_areFound_howeverTheyArrive() {
        #expect(Self.verifier.whole() == [])
        #expect(Self.verifier.byteByByte() == [])
        #expect(Self.verifier.cutEverywhere() == [])
        #expect(Self.verifier.glued() == [])
        #expect(Self.verifier.behindNoise(seed: 5) == [])
    }

    @Test func frameBehindAWreck_isFound_alsoAfterASilence() {
        for frame in Self.messages {
            let bytes = SerialCcidCodec().encode(frame)
            for place in 1..<bytes.count {
                var codec = SerialCcidCodec()
                codec.receive(Array(bytes[..<place]))
                while codec.next() != nil {}
                codec.silence()
                while codec.next() != nil {}
                #expect(codec.endedBySilence == nil)
                codec.receive(bytes)
                #expect(codec.next() == .frame(frame), "cut at \(place)")
            }
        }
    }

    /// Where the flip hits the kind, two bytes of the message may look like a refusal: that is not another message, and a message that
    /// was refused is sent again.
    @Test func flippedBit_neverMakesAnotherMessage() {
        for frame in Self.messages {
            let bytes = SerialCcidCodec().encode(frame)
            for bit in 0..<bytes.count * 8 {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << (bit % 8)
                var codec = SerialCcidCodec()
                codec.receive(flipped + bytes)
                var found: [SerialCcidFrame] = []
                for _ in 0...1 {
                    while let decoded = codec.next() { if case .frame(.message(let message)) = decoded { found.append(.message(message)) } }
                    codec.silence()
                }
                while let decoded = codec.next() { if case .frame(.message(let message)) = decoded { found.append(.message(message)) } }
                #expect(found.last == frame, "bit \(bit)")
                #expect(found.allSatisfy { $0 == frame }, "bit \(bit)")
            }
        }
    }

    @Test(arguments: 1...4) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(Self.verifier.randomBytes(seed: seed) == []) }
}
