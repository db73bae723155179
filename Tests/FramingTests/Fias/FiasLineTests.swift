// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

private let start = ContinuousClock.now
private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
private let record = FiasRecord("KR", [.init("KC", "1"), .init("WS", "EB1")])
private let other = FiasRecord("KA", [.init("AS", "OK")])
private func bytes(_ frame: FiasFrame) -> [UInt8] { FiasCodec(check: true).encode(frame) }

@Suite struct FiasLineTests {
    @Test func overTCP_recordsPassStraightThrough() {
        var line = FiasLine(.tcp)
        let plain = FiasCodec(check: false)
        #expect(line.send(record, at: at(0)) == [.write(plain.encode(.record(record)))])
        #expect(line.receive(plain.encode(.record(other)) + plain.encode(.record(other)), at: at(0)) == [.record(other), .record(other)])
        #expect(line.deadline == nil)
    }

    @Test func nak_sendsAgainThreeTimes_thenTheLineIsLost() {
        var line = FiasLine(.serial)
        _ = line.send(record, at: at(0))
        for _ in 1...3 { #expect(line.receive(bytes(.nak), at: at(0.1)) == [.write(bytes(.record(record)))]) }
        #expect(line.receive(bytes(.nak), at: at(0.1)) == [.lost("refused 4 times")])
    }

    @Test func silence_isAskedThreeTimes_thenTheLineIsLost() {
        var line = FiasLine(.serial)
        _ = line.send(record, at: at(0))
        #expect(line.advance(at: at(2.9)) == [])
        for turn in 1...3 { #expect(line.advance(at: at(3 * Double(turn))) == [.write(bytes(.enq))]) }
        #expect(line.advance(at: at(12)) == [.lost("no ACK after 3 ENQ")])
    }

    @Test func enq_isAnsweredByTheLastReply_andByNakAtTheStart() {
        var line = FiasLine(.serial)
        #expect(line.receive(bytes(.enq), at: at(0)) == [.write(bytes(.nak))])
        _ = line.receive(bytes(.record(record)), at: at(0))
        #expect(line.receive(bytes(.enq), at: at(1)) == [.write(bytes(.ack))])
    }

    @Test func nextRecord_waitsForTheAck() {
        var line = FiasLine(.serial)
        _ = line.send(record, at: at(0))
        #expect(line.send(other, at: at(0)) == [])
        #expect(line.receive(bytes(.ack), at: at(1)) == [.write(bytes(.record(other)))])
    }

    @Test func repeatedRecord_countsOnce_whereANakOfOursBroughtIt() {
        var line = FiasLine(.serial)
        var damaged = bytes(.record(record))
        damaged[4] ^= 1
        #expect(line.receive(damaged, at: at(0)) == [.write(bytes(.nak))])
        #expect(line.receive(bytes(.enq), at: at(0.1)) == [.write(bytes(.nak))])
        #expect(line.receive(bytes(.record(record)), at: at(0.2)) == [.write(bytes(.ack)), .record(record)])
        #expect(line.receive(bytes(.record(record)), at: at(0.3)) == [.write(bytes(.ack))])
    }

    /// Senders never repeat by themselves: two equal records are two orders.
    @Test func equalRecords_areTwoOrders_onAGoodLine() {
        var line = FiasLine(.serial)
        #expect(line.receive(bytes(.record(record)), at: at(0)).contains(.record(record)))
        #expect(line.receive(bytes(.record(record)), at: at(0.3)).contains(.record(record)))
    }

    @Test func equalRecord_isASecondOrder_whereTheOnlyRefusalBroughtTheFirst() {
        var line = FiasLine(.serial)
        var damaged = bytes(.record(record))
        damaged[4] ^= 1
        _ = line.receive(damaged, at: at(0))
        #expect(line.receive(bytes(.record(record)), at: at(0.2)).contains(.record(record)))
        #expect(line.receive(bytes(.record(record)), at: at(0.5)).contains(.record(record)))
    }

    @Test func nakBeforeTheFirstRecord_swallowsNone() {
        var line = FiasLine(.serial)
        for second in 0..<2 { #expect(line.receive(bytes(.enq), at: at(Double(second) / 10)) == [.write(bytes(.nak))]) }
        for _ in 0..<2 { #expect(line.receive(bytes(.record(record)), at: at(0.5)).contains(.record(record))) }
    }

    @Test func nak_refusesNothingOfBefore_onceThePartnerHasGoneOn() {
        var line = FiasLine(.serial)
        _ = line.send(record, at: at(0))
        _ = line.receive(bytes(.ack), at: at(0.1))
        _ = line.receive(bytes(.record(other)), at: at(0.15))
        #expect(line.receive(bytes(.nak), at: at(0.2)) == [])
    }

    @Test func nakBehindADoubledAck_stillRefuses() {
        var line = FiasLine(.serial)
        _ = line.send(record, at: at(0))
        _ = line.receive(bytes(.ack), at: at(0.1))
        #expect(line.receive(bytes(.nak), at: at(0.12)) == [.write(bytes(.record(record)))])
    }

    /// Two ends and a line between them that loses, doubles and flips bytes: every record arrives once and in order, or the line is
    /// called lost; never twice.
    @Test(arguments: 1...200) func records_arriveOnce_overABadLine(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var (left, right) = (FiasLine(.serial), FiasLine(.serial))
        let sent = (1...6).map { FiasRecord("KR", [.init("KC", "01"), .init("WS", "EB\($0)")]) }
        var arrived: [FiasRecord] = []
        var isLost = false
        var now = 0.0
        var toRight: [[UInt8]] = []
        var toLeft: [[UInt8]] = []
        func take(_ actions: [FiasLine.Action], into wire: inout [[UInt8]], keep: Bool) {
            for action in actions {
                switch action {
                case .write(let bytes): wire.append(disturbed(bytes, &random))
                case .record(let record): if keep { arrived.append(record) }
                case .lost: isLost = true
                }
            }
        }
        for record in sent {
            take(left.send(record, at: at(now)), into: &toRight, keep: false)
            for _ in 0..<400 where !isLost {
                now += 0.05
                let (forward, back) = (toRight, toLeft)
                (toRight, toLeft) = ([], [])
                for bytes in forward { take(right.receive(bytes, at: at(now)), into: &toLeft, keep: true) }
                for bytes in back { take(left.receive(bytes, at: at(now)), into: &toRight, keep: false) }
                if left.isIdle, toRight.isEmpty, toLeft.isEmpty { break }
                take(left.advance(at: at(now)), into: &toRight, keep: false)
            }
        }
        // A record may be lost only with the line; one whose ACK was lost has arrived.
        #expect(arrived == Array(sent.prefix(arrived.count)))
        #expect(isLost || arrived == sent)
    }

    private func disturbed(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        guard Int.random(in: 0..<6, using: &random) == 0, let place = bytes.indices.randomElement(using: &random) else { return bytes }
        var bytes = bytes
        switch Int.random(in: 0..<2, using: &random) {
        case 0: bytes.remove(at: place)
        default: bytes.insert(bytes[place], at: place)
        }
        return bytes
    }
}
