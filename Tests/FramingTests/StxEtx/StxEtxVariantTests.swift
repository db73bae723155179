// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

/// What every variant of the frame must do, whatever its check.
@Suite struct StxEtxVariantTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var name: String
        var parameters: StxEtxParameters
        var testDescription: String { name }

        init(_ name: String, _ parameters: StxEtxParameters) {
            self.name = name
            self.parameters = parameters
        }

        var verifier: FrameCodecVerifier<StxEtxCodec> {
            let parameters = parameters
            let head = [UInt8](repeating: 0x30, count: parameters.headLength)
            let texts = ["", "0100A", "AB12", "0001A0", "HOTEL1380100", "CCA;EA1;RC0;", "OK"].map { Array($0.utf8) }
            let binary: [[UInt8]] =
                if case .byte = parameters.ending { [] } else {
                    [[0x10, 0x10, 0x02, 0x03], [0x05, 0x06, 0x15, 0x10], [0xAA, 0xAA, 0x00, 0xFF]]
                }
            let bodies = (texts + binary).map { StxEtxFrame.message(head + $0) }
            let printable: ClosedRange<UInt8> = 0x20...0x7E
            let lead: [UInt8] = parameters.controlLead.map { [$0] } ?? []
            let meaningful = Set(parameters.start + parameters.ending.bytes + lead).union(parameters.controls)
            return FrameCodecVerifier(
                makeCodec: { StxEtxCodec(parameters) }, samples: [.enq, .ack, .nak] + bodies, protected: bodies,
                noise: (0...255).filter { !meaningful.contains($0) && (parameters.bareSeparator == nil || !printable.contains($0)) },
                longestFrame: parameters.longestFrame + 3, settles: true, pendingBytes: \.pendingBytes)
        }
    }

    /// Shapes that need more than a line to describe.
    private static func parameters(_ base: StxEtxParameters, _ change: (inout StxEtxParameters) -> Void) -> StxEtxParameters {
        var parameters = base
        change(&parameters)
        return parameters
    }

    static let variants = [
        Variant("xor of the body", StxEtxParameters(check: .xor([]), maximumLength: 64)),
        Variant("xor with STX", StxEtxParameters(check: .xor([.start, .end]), maximumLength: 64)),
        Variant("hex behind the end", StxEtxParameters(check: .xorHex(.end), maximumLength: 64)),
        Variant("two's complement", StxEtxParameters(check: .twosComplement([.start, .end]), maximumLength: 64)),
        Variant("crc", StxEtxParameters(check: .crc16(.end, .ccittFalse, lowByteFirst: false), maximumLength: 64)),
        Variant("crc, low byte first", StxEtxParameters(check: .crc16([], .modbus, lowByteFirst: true), maximumLength: 64)),
        Variant("two start bytes", StxEtxParameters(start: [0xAA, 0xBB], check: .xor([.start, .end]), maximumLength: 64)),
        Variant("hex before the end", StxEtxParameters(check: .xorHex(.start), checkPlace: .beforeEnd, maximumLength: 64)),
        Variant("sum before the end", StxEtxParameters(check: .sumHex([]), checkPlace: .beforeEnd, maximumLength: 64)),
        Variant(
            "two start bytes, stuffed",
            parameters(StxEtxParameters(start: [0xAA, 0xBB], check: .xor(.end), maximumLength: 64)) {
                $0.stuffing = StxEtxStuffing(0xAA, 0x00)
            }),
        Variant(
            "answers may be bare",
            parameters(StxEtxParameters(check: .xorHex(.start), checkPlace: .beforeEnd, maximumLength: 64)) { $0.bareSeparator = 0x3B }),
        Variant(
            "DLE pairs",
            parameters(StxEtxParameters(start: [0x10, 0x02], ending: .pair(lead: 0x10, 0x03), check: .xor(.end), maximumLength: 64)) {
                $0.controlLead = 0x10
            }),
        Variant(
            "DLE pairs, crc, plain controls",
            StxEtxParameters(
                start: [0x10, 0x02], ending: .pair(lead: 0x10, 0x03), check: .crc16([.start, .end], .x25, lowByteFirst: true),
                maximumLength: 64)),
        Variant(
            "counted, with an end",
            StxEtxParameters(
                start: [0xF2], ending: .counted(StxEtxLength(offset: 1, width: 2), end: 0x03), check: .xor([.start, .length, .end]),
                maximumLength: 64)),
        Variant(
            "counted, the whole frame, crc",
            parameters(
                StxEtxParameters(
                    start: [0x53], ending: .counted(StxEtxLength(offset: 1, width: 2, lowByteFirst: true, counts: .frame), end: nil),
                    check: .crc16([.start, .length], .augCcitt, lowByteFirst: true), maximumLength: 64)
            ) { $0.leadIn = [0xFF] }),
        Variant(
            "counted, check before the end",
            StxEtxParameters(
                start: [0xA9, 0x00], ending: .counted(StxEtxLength(counts: .textEndAndCheck), end: 0xBB), check: .xor(.length),
                checkPlace: .beforeEnd, maximumLength: 64)),
        Variant(
            "counted and stuffed",
            parameters(
                StxEtxParameters(
                    start: [0xAA, 0xBB], ending: .counted(StxEtxLength(width: 2, lowByteFirst: true, counts: .textAndCheck), end: nil),
                    check: .xor(.length), maximumLength: 64)
            ) { $0.stuffing = StxEtxStuffing(0xAA, 0x00) }),
    ]

    @Test(arguments: variants) func frames_areFound_howeverTheyArrive(variant: Variant) {
        let verifier = variant.verifier
        #expect(verifier.whole() == [])
        #expect(verifier.byteByByte() == [])
        #expect(verifier.cutEverywhere() == [])
        #expect(verifier.glued() == [])
        #expect(verifier.behindNoise(seed: 7) == [])
    }

    @Test(arguments: variants) func frame_isFound_behindOneThatBrokeOff(variant: Variant) {
        #expect(variant.verifier.brokenOff() == [])
    }

    @Test(arguments: variants) func frameThatBreaksOff_isOverAfterASilence(variant: Variant) {
        #expect(variant.verifier.brokenOffInSilence() == [])
    }

    @Test(arguments: variants, 1...4) func randomBytes_neverHangNorGrow(variant: Variant, seed: UInt64) {
        #expect(variant.verifier.randomBytes(seed: seed) == [])
    }

    /// A sum does not see two bits that make up for each other, but one bit it sees.
    @Test(arguments: variants) func flippedBit_neverMakesAnotherMessage(variant: Variant) {
        let head = [UInt8](repeating: 0x30, count: variant.parameters.headLength)
        for body in ["AB12", "0001A0", "CCA;EA1;RC0;"].map({ head + Array($0.utf8) }) {
            let bytes = StxEtxCodec(variant.parameters).encode(.message(body))
            for bit in 0..<bytes.count * 8 {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << (bit % 8)
                var codec = StxEtxCodec(variant.parameters)
                codec.receive(flipped + bytes)
                var messages: [StxEtxFrame] = []
                for _ in 0...1 {
                    while let found = codec.next() { if case .frame(.message(let body)) = found { messages.append(.message(body)) } }
                    codec.silence()
                }
                #expect(messages.allSatisfy { $0 == .message(body) }, "bit \(bit)")
                #expect(messages.last == .message(body), "bit \(bit)")
            }
        }
    }

    @Test func mark_takesThePlaceOfTheCheck() {
        var codec = StxEtxCodec(StxEtxParameters(check: .mark(0x0D), maximumLength: 64))
        #expect(codec.encode(.message([0x41])) == [0x02, 0x41, 0x03, 0x0D])
        codec.receive([0x02, 0x41, 0x03, 0x0D, 0x02, 0x41, 0x03, 0x0A])
        #expect(codec.next() == .frame(.message([0x41])))
        #expect(codec.next() == .damaged("wrong check byte"))
    }

    @Test func heardCheck_isWhatTheOtherSideMustCarry() {
        let parameters = StxEtxParameters(check: .xor([.start, .end]), heardChecks: [.xor(.end)], maximumLength: 64)
        var codec = StxEtxCodec(parameters)
        #expect(codec.encode(.message(Array("AB12".utf8))).last == 0x01)
        codec.receive([0x02] + Array("AB12".utf8) + [0x03, 0x03])
        #expect(codec.next() == .frame(.message(Array("AB12".utf8))))
    }

    @Test func twoStartBytes_areOneBeginning_alsoWhenCutApart() {
        var codec = StxEtxCodec(StxEtxParameters(start: [0xAA, 0xBB], check: .none, maximumLength: 64))
        codec.receive([0xAA])
        #expect(codec.next() == nil)
        codec.receive([0xBB, 0x41, 0xAA, 0x42, 0x03])
        #expect(codec.next() == .frame(.message([0x41, 0xAA, 0x42])))
        codec.receive([0xAA, 0x06])
        #expect(codec.next() == .frame(.ack))
    }
}

extension StxEtxParameters {
    /// Bytes of a body that stand before the count.
    var headLength: Int { if case .counted(let length, _) = ending { length.offset } else { 0 } }
}

@Suite struct CRC16Tests {
    /// The values by which these sums are known.
    @Test(
        arguments: [
            (CRC16.xmodem, 0x31C3), (.ccittFalse, 0x29B1), (.augCcitt, 0xE5CC), (.kermit, 0x2189), (.x25, 0x906E), (.arc, 0xBB3D),
            (.modbus, 0x4B37),
        ] as [(CRC16, UInt16)])
    func crc_ofTheNineDigits(kind: CRC16, wanted: UInt16) {
        #expect(Checksum.crc16(Array("123456789".utf8), kind) == wanted)
    }

    /// Packets of the OSDP tests of an open library: POLL, ID, and three replies.
    @Test(
        arguments: [
            [0x53, 0x65, 0x08, 0x00, 0x04, 0x60, 0x60, 0x90], [0x53, 0x65, 0x09, 0x00, 0x04, 0x61, 0x00, 0xD9, 0x7A],
            [0x53, 0xE5, 0x08, 0x00, 0x06, 0x40, 0xB0, 0xF0], [0x53, 0xE5, 0x09, 0x00, 0x05, 0x41, 0x01, 0x0E, 0x8F],
            [0x53, 0xE5, 0x14, 0x00, 0x04, 0x45, 0xA1, 0xA2, 0xA3, 0xB1, 0xC1, 0xD1, 0xD2, 0xD3, 0xD4, 0xE1, 0xE2, 0xE3, 0xF8, 0xD9],
        ] as [[UInt8]])
    func crc_isThatOfOSDP(packet: [UInt8]) {
        let crc = Checksum.crc16(packet.dropLast(2), .augCcitt)
        #expect([UInt8(crc & 0xFF), UInt8(crc >> 8)] == Array(packet.suffix(2)))
    }

    @Test func twosComplement_isThatOfOSDP() {
        #expect(Checksum.twosComplement([0x53, 0xE5, 0x07, 0x00, 0x01, 0x40]) == 0x80)
        #expect(Checksum.sum([0xFF, 0x02]) == 0x01)
    }
}
