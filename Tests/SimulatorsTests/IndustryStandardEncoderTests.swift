// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@testable import Simulators

/// Bytes as a public client sends and expects them.
private let enq: [UInt8] = [0x05], ack: [UInt8] = [0x06], nak: [UInt8] = [0x15]

private func frame(_ fields: String...) -> [UInt8] {
    StxEtxCodec(.industryStandard).encode(.message(SeparatedFields(fields)?.body ?? []))
}

private func answers(_ actions: [DeviceAction]) -> [[UInt8]] {
    actions.compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
}

private func cards(_ actions: [DeviceAction]) -> [SimulatedCard] {
    actions.compactMap { if case .report(.cardCut(let card)) = $0 { card } else { nil } }
}

private func encoder(_ faults: [SimulatedFault: FaultOccurrence] = [:], _ change: (inout SimulatorOptions) -> Void = { _ in })
    -> IndustryStandardEncoder
{
    var options = SimulatorOptions()
    options.faults = faults
    change(&options)
    return IndustryStandardEncoder(options)
}

private let room101 = frame("CN", "1", "E", "101", "", "", "", "", "", "1400211126", "1200231126", "DESK")

@Suite struct IndustryStandardEncoderTests {
    @Test func beginningOfAFrame_isForgotten_whenNothingFollows() {
        var encoder = encoder()
        #expect(encoder.receive([0x02, 0x41], at: .zero) == [])
        #expect(answers(encoder.receive(enq, at: .seconds(3))) == [ack], "noise that looks like STX swallows nothing for ever")
    }

    /// The minimal message of the public client, byte for byte.
    @Test func newKey_isCut_whenTheCardComes() throws {
        var encoder = encoder()
        #expect(answers(encoder.receive(enq, at: .zero)) == [ack])
        let message: [UInt8] = [
            0x02, 0xB3, 0x43, 0x4E, 0xB3, 0x4F, 0x6E, 0x6C, 0x69, 0x6E, 0x65, 0x20, 0x45, 0x6E, 0x63, 0x6F, 0x64, 0x65, 0x72, 0x20, 0x31,
            0xB3, 0x52, 0xB3, 0x52, 0x6F, 0x6F, 0x6D, 0x20, 0x31, 0xB3, 0x03, 0x8B,
        ]
        #expect(answers(encoder.receive(message, at: .zero)) == [ack])
        #expect(encoder.nextDeadline == .milliseconds(300))
        #expect(encoder.advance(to: .milliseconds(299)) == [])
        let done = encoder.advance(to: .milliseconds(300))
        #expect(cards(done).map(\.rooms) == [["Room 1"]])
        let answer: [UInt8] = [
            0x02, 0xB3, 0x43, 0x4E, 0xB3, 0x4F, 0x6E, 0x6C, 0x69, 0x6E, 0x65, 0x20, 0x45, 0x6E, 0x63, 0x6F, 0x64, 0x65, 0x72, 0x20, 0x31,
            0xB3, 0x03, 0xF7,
        ]
        #expect(answers(done) == [answer])
        #expect(encoder.nextDeadline == nil)
        #expect(encoder.receive(ack, at: .seconds(1)) == [])
    }

    @Test func twoKeys_takeTwoCards_andOneAnswer() {
        var encoder = encoder()
        let order = frame(
            "CN2", "1", "E", "101", "102", "", "", "12", "}", "1400211126", "1200231126", "RECEPTION", "JOHN DOE", "", "", "1")
        #expect(answers(encoder.receive(order, at: .zero)) == [ack])
        let first = encoder.advance(to: .milliseconds(300))
        #expect(cards(first).map(\.copy) == [1])
        #expect(answers(first) == [])
        let second = encoder.advance(to: .milliseconds(600))
        #expect(cards(second).map(\.copy) == [2])
        #expect(cards(second).first?.serial == "04A1B200000002")
        #expect(answers(second) == [frame("CN2", "1", "04A1B200000002")])
    }

    @Test func events_neverNameTheGuest() {
        var encoder = encoder()
        let order = frame("CN", "1", "E", "101", "", "", "", "", "", "", "1200231126", "D", "JOHN DOE")
        let actions = encoder.receive(order, at: .zero) + encoder.advance(to: .seconds(1))
        #expect(!"\(actions)".contains("JOHN"))
    }

    @Test(arguments: [
        (frame("CN", "1", "X", "101"), "ES"), (frame("CN", "1", "E", ""), "ES"), (frame("CN0", "1", "E", "101"), "ES"),
        (frame("CN10", "1", "E", "101"), "ES"), (frame("XX", "1", "E"), "ES"), (frame("CN", "1"), "ES"),
        (frame("CN", "1", "E", "101", "", "", "", "", "", "2500211126", "1200231126"), "ES"),
        (frame("CN", "1", "E", "101", "", "", "", "", "", "", "1200231326"), "ES"),
        (frame("CN", "1", "E", "101", "", "", "", "", "", "", "12002311"), "ES"),
        (frame("CN", "1", "E", "0123456789012345678901234"), "ES"),
        (frame("CN", "2", "E", "101"), "NC"), (frame("CN", "1", "E", "999"), "TD"), (frame("CO", "0", "999"), "TD"),
    ])
    func order_isRefused(bytes: [UInt8], code: String) {
        var encoder = encoder {
            $0.encoder = "1"
            $0.rooms = ["101", "102"]
        }
        let sent = answers(encoder.receive(bytes, at: .zero))
        #expect(sent.first == ack)
        #expect(sent.last.flatMap { SeparatedFields(body: Array($0.dropFirst().dropLast(2))) }?[0] == code)
        #expect(encoder.nextDeadline == nil)
    }

    @Test func damagedMessage_isRefusedWithNak_andTakenWhenItComesAgain() {
        var encoder = encoder()
        var damaged = room101
        damaged[5] ^= 0x01
        #expect(answers(encoder.receive(damaged, at: .zero)) == [nak])
        #expect(answers(encoder.receive(enq + room101, at: .zero)) == [ack, ack])
    }

    @Test func secondOrder_isToldBusy_whileTheFirstWaits() {
        var encoder = encoder()
        _ = encoder.receive(room101, at: .zero)
        #expect(answers(encoder.receive(enq + room101, at: .milliseconds(100))) == [ack, ack, frame("OV", "1")])
        #expect(cards(encoder.advance(to: .seconds(1))).count == 1)
    }

    @Test func copy_isRefused_afterTheRoomHasLeft_andNewKeyBringsItBack() {
        var encoder = encoder()
        #expect(answers(encoder.receive(frame("CO", "0", "101"), at: .zero)) == [ack, frame("CO", "0")])
        let copy = frame("CC", "1", "R", "101", "", "", "", "", "", "", "1200231126", "DESK")
        #expect(answers(encoder.receive(copy, at: .zero)) == [ack, frame("EA", "1")])
        _ = encoder.receive(room101, at: .zero)
        _ = encoder.advance(to: .seconds(1))
        #expect(answers(encoder.receive(copy, at: .seconds(1))) == [ack])
    }

    @Test func reading_tellsTheCardThatWasCut() {
        var encoder = encoder()
        #expect(answers(encoder.receive(frame("LT", "1", "R"), at: .zero)) == [ack])
        #expect(answers(encoder.advance(to: .seconds(1))) == [frame("LT", "1", "LD")])
        _ = encoder.receive(room101, at: .seconds(1)) + encoder.advance(to: .seconds(2))
        _ = encoder.receive(frame("LT", "1", "R"), at: .seconds(2))
        #expect(
            answers(encoder.advance(to: .seconds(3)))
                == [frame("LT", "1", "101", "", "", "", "CI", "0", "", "1400211126", "1200231126", "")])
    }
}

@Suite struct SimulatedFaultTests {
    @Test func noCard_answersEP_whenTheEncodersPatienceIsOver() {
        var encoder = encoder([.noCard: .times(1)])
        _ = encoder.receive(room101, at: .zero)
        #expect(encoder.nextDeadline == .seconds(15))
        let end = encoder.advance(to: .seconds(15))
        #expect(answers(end) == [frame("EP", "1")])
        #expect(cards(end).isEmpty)
        _ = encoder.receive(room101, at: .seconds(21))
        #expect(cards(encoder.advance(to: .seconds(22))).count == 1)
    }

    @Test func lateCard_answersED() {
        var encoder = encoder { $0.cardDelay = .seconds(40) }
        _ = encoder.receive(room101, at: .zero)
        #expect(answers(encoder.advance(to: .seconds(20))) == [frame("ED", "1")])
    }

    @Test func busy_unknownRoom_nak_timeout_strikeOnceEach() {
        for (fault, wanted) in [
            (SimulatedFault.busy, [ack, frame("OV", "1")]), (.unknownRoom, [ack, frame("TD", "1")]), (.nak, [nak]), (.timeout, [ack]),
        ] as [(SimulatedFault, [[UInt8]])] {
            var encoder = encoder([fault: .times(1)])
            #expect(answers(encoder.receive(room101, at: .zero)) == wanted, "\(fault)")
            #expect(encoder.nextDeadline == nil, "\(fault)")
            _ = encoder.receive(room101, at: .zero)
            #expect(cards(encoder.advance(to: .seconds(1))).count == 1, "\(fault)")
        }
    }

    @Test func silent_saysNothing_untilItIsTakenBack() {
        var encoder = encoder([.silent: .always])
        #expect(encoder.receive(enq + room101, at: .zero) == [])
        encoder.set(.silent, .never)
        #expect(answers(encoder.receive(enq, at: .zero)) == [ack])
    }

    @Test func badChecksum_isRepairedByNak_andTheCardIsCutOnce() throws {
        var encoder = encoder([.badChecksum: .times(1)])
        _ = encoder.receive(room101, at: .zero)
        let done = encoder.advance(to: .seconds(1))
        var codec = StxEtxCodec(.industryStandard)
        codec.receive(try #require(answers(done).first))
        #expect(codec.next() == .damaged("wrong check byte"))
        let again = encoder.receive(nak, at: .seconds(1))
        #expect(answers(again) == [frame("CN", "1")])
        #expect(cards(done + again).count == 1)
    }

    @Test func cutAnswer_isSaidAgain_whenItIsAskedFor() throws {
        var encoder = encoder([.cutAnswer: .times(1)])
        _ = encoder.receive(room101, at: .zero)
        let done = encoder.advance(to: .seconds(1))
        var codec = StxEtxCodec(.industryStandard)
        codec.receive(try #require(answers(done).first))
        #expect(codec.next() == nil)
        codec.silence()
        #expect(codec.next() == .damaged("broken off"))
        let again = encoder.receive(nak, at: .seconds(1))
        #expect(answers(again) == [frame("CN", "1")])
        #expect(cards(done + again).count == 1)
    }

    @Test func unplugMidJob_losesTheOrder() {
        var encoder = encoder([.unplugMidJob: .times(1)])
        #expect(answers(encoder.receive(room101, at: .zero)) == [ack])
        #expect(encoder.advance(to: .milliseconds(100)) == [.unplug(for: .seconds(1))])
        encoder.loseLine()
        #expect(encoder.advance(to: .seconds(60)) == [])
    }

    @Test func lateAnswer_cutsTheCard_isBusyMeanwhile_andAnswersLate() {
        var encoder = encoder([.lateAnswer: .times(1)])
        _ = encoder.receive(room101, at: .zero)
        let cut = encoder.advance(to: .milliseconds(300))
        #expect(cards(cut).count == 1)
        #expect(answers(cut) == [])
        #expect(answers(encoder.receive(enq + room101, at: .seconds(31))) == [ack, ack, frame("OV", "1")])
        #expect(encoder.nextDeadline == .seconds(35))
        #expect(answers(encoder.advance(to: .seconds(35))) == [frame("CN", "1")])
        _ = encoder.receive(room101, at: .seconds(36))
        #expect(cards(encoder.advance(to: .seconds(37))).count == 1)
    }
}
