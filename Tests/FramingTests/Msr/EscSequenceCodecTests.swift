// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// A question, its bytes, the answer's bytes and what they mean. Bytes of the MSR206 and MSR606 manuals; 605X text as captured.
private let exchanges: [(EscCommand, [UInt8], [UInt8], EscFrame)] = [
    (.communicationTest, [0x1B, 0x65], [0x1B, 0x79], .alive),
    (.model, [0x1B, 0x74], [0x1B, 0x33, 0x53], .model(0x33)),
    (.model, [0x1B, 0x74], [0x1B, 0x34], .status(0x34)),
    (.firmware, [0x1B, 0x76], [0x1B, 0x52, 0x45, 0x56, 0x54, 0x33, 0x2E, 0x31, 0x32], .text("REVT3.12")),
    (.firmware, [0x1B, 0x76], [0x1B, 0x34], .status(0x34)),
    (.coercivity(high: true), [0x1B, 0x78], [0x1B, 0x30], .status(0x30)),
    (.coercivity(high: false), [0x1B, 0x79], [0x1B, 0x41], .status(0x41)),
    (.readCoercivity, [0x1B, 0x64], [0x1B, 0x68], .coercivity(high: true)),
    (.readCoercivity, [0x1B, 0x64], [0x1B, 0x48], .coercivity(high: true)),
    (.readCoercivity, [0x1B, 0x64], [0x1B, 0x6C], .coercivity(high: false)),
    (.readCoercivity, [0x1B, 0x64], [0x1B, 0x4C], .coercivity(high: false)),
    (.density(track: 2, .high), [0x1B, 0x62, 0xD2], [0x1B, 0x30], .status(0x30)),
    (.density(track: 2, .low), [0x1B, 0x62, 0x4B], [0x1B, 0x30], .status(0x30)),
    (.density(track: 1, .high), [0x1B, 0x62, 0xA1], [0x1B, 0x30], .status(0x30)),
    (.density(track: 3, .low), [0x1B, 0x62, 0xC0], [0x1B, 0x30], .status(0x30)),
    (.leadingZeros(outer: 61, middle: 22), [0x1B, 0x7A, 0x3D, 0x16], [0x1B, 0x30], .status(0x30)),
    (.readLeadingZeros, [0x1B, 0x6C], [0x1B, 0x3D, 0x16], .leadingZeros(outer: 61, middle: 22)),
    (.readLeadingZeros, [0x1B, 0x6C], [0x1B, 0x31], .status(0x31)),
    (.bitsPerCharacter(8, 8, 8), [0x1B, 0x6F, 8, 8, 8], [0x1B, 0x30, 8, 8, 8], .bitsPerCharacter(8, 8, 8)),
    (.bitsPerCharacter(7, 5, 5), [0x1B, 0x6F, 7, 5, 5], [0x1B, 0x30], .status(0x30)),
    (.bitsPerCharacter(7, 5, 5), [0x1B, 0x6F, 7, 5, 5], [0x1B, 0x41], .status(0x41)),
    (.ramTest, [0x1B, 0x87], [0x1B, 0x30], .status(0x30)),
    (.sensorTest, [0x1B, 0x86], [0x1B, 0x30], .status(0x30)),
    (.erase([1, 2, 3]), [0x1B, 0x63, 0x07], [0x1B, 0x30], .status(0x30)),
    (.erase([1]), [0x1B, 0x63, 0x00], [0x1B, 0x41], .status(0x41)),
    (.erase([1, 3]), [0x1B, 0x63, 0x05], [0x1B, 0x30], .status(0x30)),
    (
        .writeISO([1: Array("01".utf8), 2: Array("23".utf8), 3: Array("45".utf8)]),
        [0x1B, 0x77, 0x1B, 0x73, 0x1B, 1, 0x30, 0x31, 0x1B, 2, 0x32, 0x33, 0x1B, 3, 0x34, 0x35, 0x3F, 0x1C], [0x1B, 0x39], .status(0x39)
    ),
    (
        .readISO, [0x1B, 0x72],
        [
            0x1B, 0x73, 0x1B, 1, 0x25, 0x30, 0x31, 0x3F, 0x1B, 2, 0x3B, 0x32, 0x33, 0x3F, 0x1B, 3, 0x3B, 0x34, 0x35, 0x3F, 0x3F, 0x1C,
            0x1B, 0x30,
        ],
        .isoTracks(
            [1: .characters(Array("%01?".utf8)), 2: .characters(Array(";23?".utf8)), 3: .characters(Array(";45?".utf8))], status: 0x30)
    ),
    (
        .readISO, [0x1B, 0x72], [0x1B, 0x73, 0x1B, 1, 0x1B, 0x2B, 0x1B, 2, 0x1B, 0x2A, 0x1B, 3, 0x1B, 0x2B, 0x3F, 0x1C, 0x1B, 0x31],
        .isoTracks([1: .empty, 2: .undecodable, 3: .empty], status: 0x31)
    ),
    (.readISO, [0x1B, 0x72], [0x1B, 0x39], .status(0x39)),
    (
        .readRaw, [0x1B, 0x6D],
        [0x1B, 0x73, 0x1B, 1, 4, 0x1B, 2, 0x3F, 0x1C, 0x1B, 2, 6, 0x3F, 0x1C, 0x1B, 0x30, 0x1B, 3, 0x1B, 3, 0, 0x3F, 0x1C, 0x1B, 0x30],
        .rawTracks([1: [0x1B, 2, 0x3F, 0x1C], 2: [0x3F, 0x1C, 0x1B, 0x30, 0x1B, 3], 3: []], status: 0x30)
    ),
    (
        .readRaw, [0x1B, 0x6D], [0x1B, 0x73, 0x1B, 1, 0x1B, 0x2B, 0x1B, 2, 1, 0x55, 0x1B, 3, 0x1B, 0x2B, 0x3F, 0x1C, 0x1B, 0x30],
        .rawTracks([1: [], 2: [0x55], 3: []], status: 0x30)
    ),
]

private func decode(
    _ command: EscCommand, _ pieces: [[UInt8]], _ wrapping: EscSequenceCodec.Wrapping = .bare
) -> [Decoded<EscFrame>] {
    var codec = EscSequenceCodec(wrapping)
    _ = codec.encode(.command(command))
    var found: [Decoded<EscFrame>] = []
    for piece in pieces {
        codec.receive(piece)
        while let decoded = codec.next() { found.append(decoded) }
    }
    while codec.endedBySilence != nil {
        codec.silence()
        while let decoded = codec.next() { found.append(decoded) }
    }
    return found
}

@Suite struct EscSequenceCodecTests {
    @Test func commands_haveTheBytesOfTheManual() {
        for (command, bytes, _, _) in exchanges {
            var codec = EscSequenceCodec()
            #expect(codec.encode(.command(command)) == bytes)
        }
        for (lights, byte) in zip(EscCommand.Lights.allCases, UInt8(0x81)...) {
            #expect(EscCommand.lights(lights).bytes == [0x1B, byte])
        }
        #expect(EscCommand.reset.bytes == [0x1B, 0x61])
    }

    @Test func rawWrite_hasTheLengthBeforeEachTrack() {
        let bytes = EscCommand.writeRaw([1: [0xC5, 0xB0], 3: [0x1B]]).bytes
        #expect(bytes == [0x1B, 0x6E, 0x1B, 0x73, 0x1B, 1, 2, 0xC5, 0xB0, 0x1B, 2, 0, 0x1B, 3, 1, 0x1B, 0x3F, 0x1C])
    }

    @Test func answers_areRead_howeverTheyArrive() {
        for (command, _, answer, frame) in exchanges {
            #expect(decode(command, [answer]) == [.frame(frame)], "whole")
            #expect(decode(command, answer.map { [$0] }) == [.frame(frame)], "byte by byte")
            for place in 0...answer.count {
                #expect(decode(command, [Array(answer[..<place]), Array(answer[place...])]) == [.frame(frame)], "cut at \(place)")
            }
            // Two bytes of any value are leading zeros, an ESC too.
            let noise: [UInt8] = command == .readLeadingZeros ? [0xFF, 0x00] : [0xFF, 0x00, 0x1B]
            #expect(decode(command, [noise + answer]) == [.frame(frame)], "behind noise")
        }
    }

    @Test func answers_areRead_outOfPackets() {
        for (command, bytes, answer, frame) in exchanges {
            var packets = EscReports.wrap(answer)
            for (index, place) in ((packets.count - 63 + Int(packets[packets.count - 64] & 0x3F))..<packets.count).enumerated() {
                packets[place] = [0x1B, 0x02, 0x1A, 0x30][index % 4]
            }
            #expect(decode(command, [packets], .reports) == [.frame(frame)])
            #expect(decode(command, packets.map { [$0] }, .reports) == [.frame(frame)])
            var codec = EscSequenceCodec(.reports)
            #expect(codec.encode(.command(command)) == EscReports.wrap(bytes))
        }
    }

    @Test func frameBehindAnother_isFoundToo() {
        for (command, _, answer, frame) in exchanges where frame != .text("REVT3.12") {
            // What a block of the present question might be, a late status is not.
            guard case .alive = frame else { continue }
            #expect(decode(command, [[0x1B, 0x30] + answer]) == [.frame(.status(0x30)), .frame(frame)])
        }
        #expect(decode(.firmware, [Array("\u{1B}REVT3.12\u{1B}0".utf8)]) == [.frame(.text("REVT3.12")), .frame(.status(0x30))])
    }

    /// The status of a swipe that was under way when the wait was ended belongs to the write, whatever was asked since.
    @Test func lateStatus_isRead_afterResetAndTest() {
        var codec = EscSequenceCodec()
        for command in [EscCommand.writeISO([2: [0x31]]), .reset, .communicationTest] { _ = codec.encode(.command(command)) }
        codec.receive([0x1B, 0x30, 0x1B, 0x79])
        #expect(codec.next() == .frame(.status(0x30)))
        #expect(codec.next() == .frame(.alive))
    }

    /// The block of a reading that was given up must not give its last two bytes as the answer to the next question.
    @Test func lateBlock_isABlock_afterAnotherQuestion() {
        var codec = EscSequenceCodec()
        for command in [EscCommand.readRaw, .reset, .coercivity(high: true)] { _ = codec.encode(.command(command)) }
        codec.receive([0x1B, 0x73, 0x1B, 1, 2, 0x1B, 0x30, 0x1B, 2, 0, 0x1B, 3, 0, 0x3F, 0x1C, 0x1B, 0x30, 0x1B, 0x41])
        #expect(codec.next() == .frame(.rawTracks([1: [0x1B, 0x30], 2: [], 3: []], status: 0x30)))
        #expect(codec.next() == .frame(.status(0x41)))
    }

    @Test func text_endsWithSilence_andNotBefore() {
        var codec = EscSequenceCodec()
        _ = codec.encode(.command(.firmware))
        codec.receive(Array("\u{1B}REVT3".utf8))
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence == .milliseconds(50))
        codec.receive(Array(".12".utf8))
        #expect(codec.next() == nil)
        codec.silence()
        #expect(codec.next() == .frame(.text("REVT3.12")))
        #expect(codec.endedBySilence == nil)
    }

    @Test func brokenBlock_isDamaged_andTheNextAnswerIsFound() {
        var codec = EscSequenceCodec()
        _ = codec.encode(.command(.readRaw))
        codec.receive([0x1B, 0x73, 0x1B, 1, 200, 1, 2, 3])
        #expect(codec.next() == nil)
        #expect(codec.endedBySilence == .milliseconds(300))
        codec.silence()
        #expect(codec.next() == .damaged("broken off"))
        #expect(codec.next() == nil)
        codec.receive([0x1B, 0x30])
        #expect(codec.next() == .frame(.status(0x30)))
    }

    @Test func reset_forgetsQuestionAndBytes() {
        var codec = EscSequenceCodec()
        _ = codec.encode(.command(.communicationTest))
        codec.receive([0x1B])
        _ = codec.next()
        codec.reset()
        #expect(codec.pendingBytes == 0)
        codec.receive([0x1B, 0x79])
        #expect(codec.next() == nil)
        #expect(codec.discardedBytes == 2)
    }

    @Test func description_neverShowsContent() {
        let frames: [EscFrame] = [
            .isoTracks([2: .characters(Array("98765".utf8))], status: 0x30), .rawTracks([2: [98, 76]], status: 0x30),
            .command(.writeISO([2: Array("98765".utf8)])), .command(.writeRaw([1: [98, 76]])),
        ]
        for frame in frames { #expect(!"\(frame) \(String(reflecting: frame))".contains("98")) }
    }
}

/// Random and mutated bytes: nothing crashes, nothing hangs, nothing grows.
@Suite struct EscSequenceFuzzTests {
    private static let longest = 783 + 1024 + 64

    @Test(arguments: 1...40)
    func codec_holds_whateverComes(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        for wrapping in [EscSequenceCodec.Wrapping.bare, .reports] {
            var codec = EscSequenceCodec(wrapping)
            for _ in 0..<200 {
                if Bool.random(using: &random), let question = exchanges.randomElement(using: &random)?.0 {
                    _ = codec.encode(.command(question))
                }
                let bytes = Self.bytes(wrapping, &random)
                codec.receive(bytes)
                var found = 0
                while codec.next() != nil {
                    found += 1
                    if found > bytes.count + Self.longest { break }
                }
                #expect(found <= bytes.count + Self.longest)
                #expect(codec.pendingBytes <= Self.longest)
                guard Int.random(in: 0..<8, using: &random) == 0, codec.endedBySilence != nil else { continue }
                codec.silence()
                while codec.next() != nil {}
                #expect(codec.pendingBytes == 0)
                #expect(codec.endedBySilence == nil)
            }
            codec.reset()
            _ = codec.encode(.command(.communicationTest))
            codec.receive(wrapping == .bare ? [0x1B, 0x79] : EscReports.wrap([0x1B, 0x79]))
            #expect(codec.next() == .frame(.alive))
        }
    }

    /// Random bytes, bytes that mean something, good answers with a few bytes changed, cut or doubled.
    private static func bytes(_ wrapping: EscSequenceCodec.Wrapping, _ random: inout SeededRandom) -> [UInt8] {
        let meaning: [UInt8] = [0x1B, 0x73, 1, 2, 3, 0x3F, 0x1C, 0x30, 0x2B, 0x2A, 0x79, 0x53, 0x25, 0x3B, 0, 0xFF]
        let count = Int.random(in: 1...400, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1: return (0..<count).compactMap { _ in meaning.randomElement(using: &random) }
        default:
            var bytes = exchanges.randomElement(using: &random)?.2 ?? []
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place...)
                default: bytes += bytes[place...]
                }
            }
            return wrapping == .bare ? bytes : EscReports.wrap(bytes)
        }
    }
}
