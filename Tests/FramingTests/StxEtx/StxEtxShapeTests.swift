// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

/// What is particular to messages with pairs, with counts, without a frame, and to checks of an unknown scope.
@Suite struct StxEtxShapeTests {
    private static var dle: StxEtxParameters {
        var parameters = StxEtxParameters(
            start: [0x10, 0x02], ending: .pair(lead: 0x10, 0x03), check: .xor(.end), maximumLength: 64)
        parameters.controlLead = 0x10
        return parameters
    }

    private func decode(_ pieces: [UInt8]..., by parameters: StxEtxParameters, quiet: Bool = false) -> [Decoded<StxEtxFrame>] {
        var codec = StxEtxCodec(parameters)
        var found: [Decoded<StxEtxFrame>] = []
        for piece in pieces {
            codec.receive(piece)
            while let decoded = codec.next() { found.append(decoded) }
        }
        if quiet {
            codec.silence()
            while let decoded = codec.next() { found.append(decoded) }
        }
        return found
    }

    // MARK: Pairs

    @Test func acknowledgementInsideAText_meansThatTheTextBrokeOff() {
        // DLE is doubled in a text, so this one is meant.
        #expect(decode([0x10, 0x02, 0x50, 0x10, 0x06], by: Self.dle) == [.damaged("broken off"), .frame(.ack)])
    }

    @Test func leadThatLeadsNothing_isDamage() {
        let found = decode([0x10, 0x02, 0x50, 0x10, 0x07, 0x10, 0x03, 0x15, 0x10, 0x06], by: Self.dle)
        #expect(found == [.damaged("a lead byte alone in the body"), .frame(.ack)])
    }

    @Test func controlsWithoutTheirLead_areNoise() {
        #expect(decode([0x06, 0x15, 0x10, 0x05], by: Self.dle) == [.frame(.enq)])
    }

    @Test func startCutInTheMiddle_doesNotCostTheNextFrame() {
        let good = StxEtxCodec(Self.dle).encode(.message([0x10, 0x31]))
        #expect(decode([0x10], good, by: Self.dle) == [.frame(.message([0x10, 0x31]))])
        #expect(decode([0x10, 0x02, 0x41, 0x10] + good, by: Self.dle).last == .frame(.message([0x10, 0x31])))
    }

    // MARK: Counts

    @Test(
        arguments: [
            (.text, [0x00, 0x02]), (.textAndEnd, [0x00, 0x03]), (.textAndCheck, [0x00, 0x03]), (.textEndAndCheck, [0x00, 0x04]),
            (.frame, [0x00, 0x08]),
        ] as [(StxEtxLength.Counted, [UInt8])])
    func count_countsWhatItShould(counts: StxEtxLength.Counted, number: [UInt8]) {
        let parameters = StxEtxParameters(
            start: [0xF2], ending: .counted(StxEtxLength(offset: 1, width: 2, counts: counts), end: 0x03), check: .xor([]),
            maximumLength: 64)
        let bytes: [UInt8] = [0xF2, 0x00] + number + [0x41, 0x42, 0x03, 0x03]
        #expect(StxEtxCodec(parameters).encode(.message([0x00, 0x41, 0x42])) == bytes)
        #expect(decode(bytes, by: parameters) == [.frame(.message([0x00, 0x41, 0x42]))])
        #expect(parameters.frameLength(ofBody: 3) == bytes.count)
    }

    @Test func impossibleCount_costsOneByte() {
        let parameters = StxEtxParameters(
            start: [0x53], ending: .counted(StxEtxLength(width: 1, counts: .frame), end: nil), check: .xor(.length), maximumLength: 16)
        let good = StxEtxCodec(parameters).encode(.message([0x41]))
        #expect(decode([0x53, 0x01] + good, by: parameters) == [.damaged("no such length"), .frame(.message([0x41]))])
        #expect(decode([0x53, 0xFF] + good, by: parameters) == [.damaged("no such length"), .frame(.message([0x41]))])
    }

    /// Nobody knows where such a message ends, so what looks like an acknowledgement may be a part of it.
    @Test func controlsBehindADamagedCount_areNotBelieved_untilAGoodFrame() {
        let parameters = StxEtxParameters(
            start: [0xF2], ending: .counted(StxEtxLength(width: 1), end: 0x03), check: .xor(.end), maximumLength: 16)
        let good = StxEtxCodec(parameters).encode(.message([0x41]))
        let found = decode([0xF2, 0x01, 0x41, 0x06, 0x15, 0x06] + good + [0x06], by: parameters)
        #expect(found == [.damaged("no end where the length says"), .frame(.message([0x41])), .frame(.ack)])
    }

    @Test func bodyThatNoCountCanTell_isKnown() {
        let narrow = StxEtxParameters(
            start: [0x53], ending: .counted(StxEtxLength(offset: 1, counts: .frame), end: nil), check: .xor([]), maximumLength: 1024)
        #expect(narrow.canCarry([UInt8](repeating: 0x41, count: 252)))
        #expect(!narrow.canCarry([UInt8](repeating: 0x41, count: 253)))
        #expect(!narrow.canCarry([]), "the byte before the count is missing")
        #expect(!StxEtxParameters.industryStandard.canCarry([0x41, 0x03]))
        #expect(!StxEtxParameters.industryStandard.canCarry([0x02]))
        #expect(Self.dle.canCarry([0x10, 0x03]))
    }

    // MARK: Answers without a frame

    private static var bare: StxEtxParameters {
        var parameters = StxEtxParameters(check: .xorHex(.start), checkPlace: .beforeEnd, maximumLength: 64)
        parameters.bareSeparator = UInt8(ascii: ";")
        return parameters
    }

    private static let answer = Array("CCA;EA1;RC0;".utf8)

    @Test(arguments: [[0x0D, 0x0A], [0x0D], [0x0A]] as [[UInt8]]) func bareAnswer_endsWithItsLine(lineEnd: [UInt8]) {
        #expect(decode([0x06] + Self.answer + lineEnd, by: Self.bare) == [.frame(.ack), .frame(.message(Self.answer))])
    }

    @Test func bareAnswer_endsInSilence() {
        #expect(decode([0x06] + Self.answer, by: Self.bare) == [.frame(.ack)])
        #expect(decode([0x06] + Self.answer, by: Self.bare, quiet: true) == [.frame(.ack), .frame(.message(Self.answer))])
    }

    @Test func framedAnswer_isReadWhereBareOnesMayCome() {
        let framed = StxEtxCodec(Self.bare).encode(.message(Self.answer))
        #expect(decode([0x41, 0x3B] + framed, by: Self.bare) == [.frame(.message(Self.answer))])
    }

    @Test func frameThatLostItsStart_isNoBareAnswer() {
        let framed = StxEtxCodec(Self.bare).encode(.message(Self.answer))
        #expect(decode(Array(framed.dropFirst()), by: Self.bare, quiet: true) == [])
        #expect(decode(Array(framed.dropFirst().dropLast()), by: Self.bare, quiet: true) == [.damaged("a line without its end")])
    }

    @Test func text_isNoise_whereOnlyFramesCome() {
        var framedOnly = Self.bare
        framedOnly.bareSeparator = nil
        #expect(decode(Self.answer + [0x0D, 0x0A], by: framedOnly, quiet: true) == [])
    }

    // MARK: Checks of an unknown scope

    private static let either = StxEtxParameters(
        check: .xor(.end), heardChecks: [.xor(.end), .xor([.start, .end])], maximumLength: 64)
    private static let with: [UInt8] = [0x02, 0x41, 0x42, 0x31, 0x32, 0x03, 0x01]
    private static let without: [UInt8] = [0x02, 0x41, 0x42, 0x31, 0x32, 0x03, 0x03]
    private static let good = Decoded<StxEtxFrame>.frame(.message(Array("AB12".utf8)))

    @Test(arguments: [with, without]) func eitherScope_isTaken(bytes: [UInt8]) {
        #expect(decode(bytes + bytes, by: Self.either) == [Self.good, Self.good])
    }

    /// The two differ by one bit, so a flipped bit looks like the other scope.
    @Test func otherScope_isBelieved_onlyWhenItComesTwice() {
        #expect(decode(Self.with + Self.without + Self.with, by: Self.either) == [Self.good, .damaged("wrong check byte"), Self.good])
        #expect(
            decode(Self.with + Self.without + Self.without + Self.without, by: Self.either)
                == [Self.good, .damaged("wrong check byte"), Self.good, Self.good])
    }

    @Test func flippedBit_isSeen_onceTheScopeIsKnown() {
        for bit in 0..<Self.with.count * 8 {
            var flipped = Self.with
            flipped[bit / 8] ^= 1 << (bit % 8)
            let messages = decode(Self.with, flipped, Self.with, by: Self.either, quiet: true).filter {
                if case .frame(.message) = $0 { true } else { false }
            }
            #expect(messages.allSatisfy { $0 == Self.good }, "bit \(bit)")
            #expect(messages.count >= 2, "bit \(bit)")
        }
    }
}
