// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

/// What begins and does not go on must not swallow what the encoder says next.
@Suite struct StxEtxSilenceTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        var received: [UInt8]
        var given: [Decoded<StxEtxFrame>]
        var testDescription: String { "\(received)" }

        init(_ received: [UInt8], _ given: [Decoded<StxEtxFrame>]) {
            self.received = received
            self.given = given
        }
    }

    private static let cases: [Case] = [
        Case([0x02], [.damaged("broken off")]),
        Case([0x02, 0xB3, 0x43, 0x4E], [.damaged("broken off")]),
        // Its check is missing.
        Case([0x02, 0xB3, 0x41, 0xB3, 0x03], [.damaged("broken off")]),
        // An acknowledgement inside a wreck is none: a flipped bit makes one of a letter.
        Case([0x02, 0xB3, 0x43, 0x06], [.damaged("broken off")]),
        // The end of a frame whose beginning was lost waits for its check.
        Case([0x03], []),
        Case([0x43, 0xB3, 0x03], []),
        Case([0x06, 0x02, 0x41], [.frame(.ack), .damaged("broken off")]),
    ]

    @Test(arguments: cases) private func whatBrokeOff_isOverAfterASilence(sample: Case) {
        var codec = StxEtxCodec(.industryStandard)
        codec.receive(sample.received)
        var found = drain(&codec)
        #expect(codec.endedBySilence == .milliseconds(500))
        codec.silence()
        found += drain(&codec)
        #expect(found == sample.given)
        #expect(codec.endedBySilence == nil)
        #expect(codec.pendingBytes == 0)
        codec.receive([0x06])
        #expect(drain(&codec) == [.frame(.ack)])
    }

    @Test func nothingIsAwaited_betweenFrames() {
        var codec = StxEtxCodec(.industryStandard)
        #expect(codec.endedBySilence == nil)
        codec.receive([0x41, 0x06, 0x02, 0x41, 0x42, 0x31, 0x32, 0x03, 0x03])
        #expect(drain(&codec) == [.frame(.ack), .frame(.message(Array("AB12".utf8)))])
        #expect(codec.endedBySilence == nil)
        codec.silence()
        codec.receive([0x15])
        #expect(drain(&codec) == [.frame(.nak)])
    }

    @Test func lateRest_isNoise_andTheFrameBehindItIsFound() {
        var codec = StxEtxCodec(.industryStandard)
        codec.receive([0x02, 0x41, 0x42])
        _ = drain(&codec)
        codec.silence()
        #expect(drain(&codec) == [.damaged("broken off")])
        codec.receive([0x31, 0x32, 0x03, 0x03, 0x06])
        #expect(drain(&codec) == [.frame(.ack)])
    }

    /// A count that was damaged can take a good frame for its text: a silence gives that one back.
    @Test func goodFrameBehindAWrongLength_isFoundAfterASilence() {
        let parameters = StxEtxParameters(
            start: [0xF2], ending: .counted(StxEtxLength(width: 2), end: 0x03), check: .xor([.start, .length, .end]), maximumLength: 1024)
        var codec = StxEtxCodec(parameters)
        let good = codec.encode(.message([0x43, 0x30]))
        codec.receive([0xF2, 0x01, 0x03, 0x06, 0x15] + good + [0x06])
        #expect(drain(&codec) == [])
        codec.silence()
        #expect(drain(&codec) == [.damaged("broken off"), .frame(.message([0x43, 0x30])), .frame(.ack)])
    }

    private func drain(_ codec: inout StxEtxCodec) -> [Decoded<StxEtxFrame>] {
        var found: [Decoded<StxEtxFrame>] = []
        while let decoded = codec.next() { found.append(decoded) }
        return found
    }
}
