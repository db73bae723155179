// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// A body whose check byte is the one wanted: a field of two characters makes up the difference.
private func body(checking wanted: UInt8) -> [UInt8] {
    for first in UInt8(0x20)...0x7E {
        for second in UInt8(0x20)...0x7E {
            // Three separators leave B3; without the last one they cancel and reach the other half of the values.
            for body in [[0xB3, 0x43, 0x4E, 0xB3, first, second, 0xB3], [0xB3, 0x43, 0x4E, 0xB3, first, second]]
            where Checksum.xor(body + [0x03]) == wanted {
                return body
            }
        }
    }
    return []
}

private func message(_ fields: String...) -> StxEtxFrame {
    .message(SeparatedFields(fields)?.body ?? [])
}

/// Every control byte and every value a check can have that looks like something else.
private let samples: [StxEtxFrame] =
    [
        .enq, .ack, .nak, message("CN", "Online Encoder 1", "R", "Room 1"), message("CO", "0", "149"), message("EG", ""), message(""),
        .message([]),
    ] + [0x02, 0x03, 0x05, 0x06, 0x15, 0x0D].map { .message(body(checking: $0)) }

private let verifier = FrameCodecVerifier(
    makeCodec: { StxEtxCodec(.industryStandard) }, samples: samples,
    // A check of 0D is also the mark for "not computed": such a frame is taken whatever its body has become.
    protected: samples.filter { if case .message = $0 { StxEtxCodec(.industryStandard).encode($0).last != 0x0D } else { false } },
    noise: (0...255).filter { ![0x02, 0x03, 0x05, 0x06, 0x15].contains($0) },
    longestFrame: StxEtxParameters.industryStandard.maximumLength + 3, pendingBytes: \.pendingBytes)

private func decode(_ bytes: [UInt8], by parameters: StxEtxParameters = .industryStandard) -> [Decoded<StxEtxFrame>] {
    var codec = StxEtxCodec(parameters)
    codec.receive(bytes)
    var found: [Decoded<StxEtxFrame>] = []
    while let decoded = codec.next() { found.append(decoded) }
    return found
}

@Suite struct StxEtxCodecTests {
    @Test func frames_areFound_whenWhole() { #expect(verifier.whole() == []) }
    @Test func frames_areFound_byteByByte() { #expect(verifier.byteByByte() == []) }
    @Test func frames_areFound_cutAnywhere() { #expect(verifier.cutEverywhere() == []) }
    @Test func frames_areFound_whenGlued() { #expect(verifier.glued() == []) }
    @Test func frames_areFound_behindNoise() { #expect(verifier.behindNoise(seed: 1) == []) }
    @Test func frame_isFound_behindOneThatBrokeOff() { #expect(verifier.brokenOff() == []) }
    @Test func frameThatBreaksOff_isOverAfterASilence() { #expect(verifier.brokenOffInSilence() == []) }
    @Test func flippedBit_neverMakesAnotherFrame() { #expect(verifier.oneBitFlipped() == []) }
    @Test(arguments: 1...8) func randomBytes_neverHangNorGrow(seed: UInt64) { #expect(verifier.randomBytes(seed: seed) == []) }

    @Test func checkByte_isPartOfTheFrame_whateverItLooksLike() {
        for wanted in [0x02, 0x03, 0x05, 0x06, 0x15, 0x0D] as [UInt8] {
            let body = body(checking: wanted)
            #expect(!body.isEmpty)
            let bytes = StxEtxCodec(.industryStandard).encode(.message(body))
            #expect(bytes.last == wanted)
            #expect(decode(bytes + [0x06]) == [.frame(.message(body)), .frame(.ack)])
        }
    }

    @Test func newCardMessage_hasTheBytesOfThePublicClient() {
        let bytes = StxEtxCodec(.industryStandard).encode(message("CN", "Online Encoder 1", "R", "Room 1"))
        #expect(bytes.first == 0x02)
        #expect(bytes.suffix(2) == [0x03, 0x8B])
    }

    @Test func skipMark_isAccepted_inPlaceOfTheCheck() {
        let body = Array("AB12".utf8)
        #expect(decode([0x02] + body + [0x03, 0x0D]) == [.frame(.message(body))])
    }

    @Test func skipMark_isRefused_whereTheFamilyHasNone() {
        var strict = StxEtxParameters.industryStandard
        strict.skipMark = nil
        #expect(decode([0x02] + Array("AB12".utf8) + [0x03, 0x0D], by: strict) == [.damaged("wrong check byte")])
    }

    @Test func wrongCheck_givesDamaged_andNoControlOutOfTheWreck() {
        #expect(decode([0x02, 0xB3, 0x41, 0x15, 0xB3, 0x03, 0x05]) == [.damaged("control byte in the body")])
        #expect(decode([0x02, 0xB3, 0x41, 0xB3, 0x03, 0x05]) == [.damaged("wrong check byte")])
    }

    /// |A|<01>| with the right check: a flipped end byte and a check of 03 can make such a frame.
    @Test func controlByteInABody_givesDamaged_evenIfTheCheckAgrees() {
        let bytes: [UInt8] = [0x02, 0xB3, 0x41, 0xB3, 0x01, 0x03, 0x41 ^ 0x01 ^ 0x03]
        #expect(decode(bytes) == [.damaged("control byte in the body")])
        var lenient = StxEtxParameters.industryStandard
        lenient.controlsInBody = [0x01]
        #expect(decode(bytes, by: lenient) == [.frame(.message([0xB3, 0x41, 0xB3, 0x01]))])
    }

    @Test func lostCheck_doesNotCostTheFrameBehind() {
        let next = StxEtxCodec(.industryStandard).encode(message("EP", "1"))
        #expect(decode([0x02, 0xB3, 0x41, 0xB3, 0x03] + next) == [.damaged("wrong check byte"), .frame(message("EP", "1"))])
    }

    @Test func lostStart_givesNothing_evenIfTheCheckLooksLikeAnAcknowledgement() {
        let whole = StxEtxCodec(.industryStandard).encode(.message(body(checking: 0x06)))
        #expect(decode(Array(whole.dropFirst())) == [])
    }

    @Test func message_isDamaged_whenItIsLongerThanAllowed() {
        var short = StxEtxParameters.industryStandard
        short.maximumLength = 4
        #expect(decode([0x02, 0x41, 0x42, 0x31, 0x32, 0x03, 0x03], by: short) == [.frame(.message(Array("AB12".utf8)))])
        let tooLong = decode([0x02, 0x41, 0x42, 0x31, 0x32, 0x33, 0x03, 0x30, 0x06], by: short)
        #expect(tooLong == [.damaged("no end after 4 bytes"), .frame(.ack)])
    }

    @Test func ignorableBytes_areDropped_butNotInThePlaceOfTheCheck() {
        var parameters = StxEtxParameters.industryStandard
        parameters.ignorable = [0x11]
        #expect(decode([0x11, 0x02, 0x41, 0x11, 0x42, 0x03, 0x00], by: parameters) == [.frame(.message([0x41, 0x42]))])
        #expect(decode([0x02, 0x21, 0x33, 0x03, 0x11], by: parameters) == [.frame(.message([0x21, 0x33]))])
    }

    /// One body under the scopes that families differ in.
    @Test(
        arguments: [
            (StxEtxCheck.xor(.end), [0x03]), (.xor([.start, .end]), [0x01]), (.xor([]), [0x00]), (.none, []),
        ] as [(StxEtxCheck, [UInt8])])
    func check_coversItsScope(check: StxEtxCheck, behindTheEnd: [UInt8]) {
        // A body whose XOR differs from zero would do as well; AB12 makes the scopes plain: 03, 01, 00.
        let parameters = StxEtxParameters(check: check, maximumLength: 16)
        let body = Array("AB12".utf8)
        let bytes = [0x02] + body + [0x03] + behindTheEnd
        #expect(StxEtxCodec(parameters).encode(.message(body)) == bytes)
        #expect(decode(bytes + [0x06], by: parameters) == [.frame(.message(body)), .frame(.ack)])
    }

    @Test func reset_forgetsTheFrameInHand_andKeepsCounting() {
        var codec = StxEtxCodec(.industryStandard)
        codec.receive([0xFF, 0x02, 0x41])
        #expect(codec.next() == nil)
        #expect(codec.discardedBytes == 1)
        codec.reset()
        #expect(codec.pendingBytes == 0)
        codec.receive([0x06])
        #expect(codec.next() == .frame(.ack))
    }
}
