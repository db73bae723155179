// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

/// Packets as natesales/msr605x documents and tests them.
@Suite struct EscReportsTests {
    @Test func shortMessage_isOnePacket() {
        #expect(EscReports.wrap(Array("string".utf8)) == [0xC6] + Array("string".utf8) + [UInt8](repeating: 0, count: 57))
    }

    @Test func longMessage_isThreePackets() {
        let letters = [UInt8](repeating: 0x41, count: 63)
        let wanted = [0xBF] + letters + [0x3F] + letters + [0x4F] + letters.prefix(15) + [UInt8](repeating: 0, count: 48)
        #expect(EscReports.wrap([UInt8](repeating: 0x41, count: 141)) == wanted)
    }

    @Test(arguments: [0, 1, 62, 63, 64, 126, 127, 500, 1024])
    func message_comesBack_whateverItsLength(count: Int) {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let packets = EscReports.wrap(message)
        #expect(packets.count == max(1, (count + 62) / 63) * 64)
        var whole = EscReports()
        #expect(whole.receive(packets) == [message])
        var bytes = EscReports()
        #expect(packets.flatMap { bytes.receive([$0]) } == [message])
    }

    @Test func stalePadding_isNeverRead() {
        var reports = EscReports()
        let stale: [UInt8] = [0xC2, 0x1B, 0x30] + [UInt8](repeating: 0x1B, count: 61)
        #expect(reports.receive(stale) == [[0x1B, 0x30]])
    }

    @Test func brokenMessage_givesWayToTheNext() {
        var reports = EscReports()
        let first = EscReports.wrap([UInt8](repeating: 1, count: 100)).prefix(64)
        #expect(reports.receive(Array(first) + EscReports.wrap([2, 3])) == [[2, 3]])
        // A packet that continues nothing.
        #expect(reports.receive([0x42, 9, 9] + [UInt8](repeating: 0, count: 61)) == [])
    }

    @Test func endlessMessage_doesNotGrow() {
        var reports = EscReports()
        let middle = [0x3F] + [UInt8](repeating: 7, count: 63)
        _ = reports.receive([0xBF] + [UInt8](repeating: 7, count: 63))
        for _ in 0..<1000 { #expect(reports.receive(middle) == []) }
        #expect(reports.receive(EscReports.wrap([1])) == [[1]])
    }
}

/// Bits on the stripe, against the vectors of the manuals and of recorded readings.
@Suite struct TrackBitsTests {
    private let letters: [UInt8] = [0x45, 0x61, 0x62, 0x23, 0x51, 0x52, 0x13, 0x1F, 0x2A]
    private let digits: [UInt8] = [0x0B, 0x01, 0x02, 0x13, 0x04, 0x15, 0x1F, 0x15]

    @Test func track_hasTheBytesOfTheManual() {
        #expect(TrackBits.track(Array("ABC123".utf8), .letters) == letters)
        #expect(TrackBits.track(Array("12345".utf8), .digits) == digits)
        #expect(TrackBits.track(Array("12A".utf8), .digits) == nil)
    }

    @Test func packedBits_areTheManuals() {
        #expect(
            TrackBits.bytes(writing: TrackBits.written(letters, width: 7), width: 8) == [0xC5, 0xB0, 0x78, 0x14, 0x95, 0x4E, 0x3E, 0x2A])
        #expect(TrackBits.bytes(writing: TrackBits.written(digits, width: 5), width: 8) == [0x2B, 0x88, 0x49, 0xEA, 0xAF])
    }

    @Test func recordedReading_isDecoded_onceItsBitsAreTurned() {
        let recorded: [UInt8] = [
            0x1A, 0x1A, 0x01, 0x13, 0x02, 0x1C, 0x0D, 0x15, 0x04, 0x19, 0x08, 0x10, 0x01, 0x13, 0x02, 0x1C, 0x0D, 0x15, 0x04, 0x19, 0x08,
            0x10, 0x1F, 0x04, 0x00, 0x00, 0x00,
        ]
        #expect(TrackBits.text(TrackBits.read(recorded.dropFirst(), width: 5), .digits) == Array("09876543210987654321".utf8))
    }

    @Test func backwardReading_isDecoded_theOtherWayRound() {
        let bits = TrackBits.withoutClock(TrackBits.read([0xAF, 0xC2, 0xB0, 0x00], width: 8))
        #expect(TrackBits.text(bits, .digits) == nil)
        #expect(TrackBits.text(bits.reversed(), .digits) == Array("1".utf8))
    }

    @Test func oneWrongBit_isFound() {
        let bits = TrackBits.written(digits, width: 5)
        for place in bits.indices {
            var wrong = bits
            wrong[place].toggle()
            #expect(TrackBits.text(wrong, .digits) == nil)
        }
    }
}
