// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@testable import Simulators

private func answers(_ actions: [DeviceAction]) -> [UInt8] {
    actions.flatMap { action -> [UInt8] in if case .send(let bytes) = action { bytes } else { [] } }
}

private func cards(_ actions: [DeviceAction]) -> [SimulatedCard] {
    actions.compactMap { if case .report(.cardCut(let card)) = $0 { card } else { nil } }
}

/// A reader with its first card on it.
private func device(_ faults: [SimulatedFault: FaultOccurrence] = [:], profile: String? = nil) -> AaBbDevice {
    var options = SimulatorOptions()
    options.faults = faults
    options.profile = profile
    var device = AaBbDevice(options)
    _ = device.advance(to: .milliseconds(300))
    return device
}

private let request: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x52, 0x51]
private let anticollision: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x02, 0x02, 0x04, 0x04]
private let select: [UInt8] = [0xAA, 0xBB, 0x09, 0x00, 0x00, 0x00, 0x03, 0x02, 0x5A, 0xEF, 0xC6, 0x04, 0x76]
private let authenticate: [UInt8] = [
    0xAA, 0xBB, 0x0D, 0x00, 0x00, 0x00, 0x07, 0x02, 0x60, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x64,
]
private let readBlock1: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x08, 0x02, 0x01, 0x0B]

private func write(_ block: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    let codec = AaBbCodec()
    return codec.encode(AaBbFrame(node: 0, command: 0x0209, payload: [block] + bytes))
}

@Suite struct AaBbDeviceTests {
    /// The constants of an application, from the reader's side: whole and byte by byte.
    @Test(arguments: [false, true]) func sequence_isAnsweredAsKnown(byteByByte: Bool) {
        var device = device()
        let sequence: [(sent: [UInt8], wanted: [UInt8])] = [
            (request, [0xAA, 0xBB, 0x08, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x04, 0x00, 0x07]),
            (anticollision, [0xAA, 0xBB, 0x0A, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x5A, 0xEF, 0xC6, 0x04, 0x77]),
            (select, [0xAA, 0xBB, 0x07, 0x00, 0x00, 0x00, 0x03, 0x02, 0x00, 0x08, 0x09]),
            (authenticate, [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x07, 0x02, 0x00, 0x05]),
            (readBlock1, [0xAA, 0xBB, 0x16, 0x00, 0x00, 0x00, 0x08, 0x02] + [UInt8](repeating: 0, count: 17) + [0x0A]),
        ]
        for (sent, wanted) in sequence {
            let pieces = byteByByte ? sent.map { [$0] } : [sent]
            #expect(answers(pieces.flatMap { device.receive($0, at: .milliseconds(400)) }) == wanted)
        }
        // All of it in one read.
        #expect(answers(device.receive(sequence.flatMap(\.sent), at: .milliseconds(400))) == sequence.flatMap(\.wanted))
    }

    @Test func yhy_answersTheBroadcastUnderItsOwnNumber() {
        var device = device(profile: "yhy")
        let beep: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0xFF, 0xFF, 0x06, 0x01, 0x64, 0x63]
        #expect(answers(device.receive(beep, at: .zero)) == [0xAA, 0xBB, 0x06, 0x00, 0x11, 0x12, 0x06, 0x01, 0x00, 0x04])
    }

    @Test func write_keepsWhatWasSent_alsoAA_andTheCardGoes() {
        var device = device()
        let content: [UInt8] = [0xAA, 0xAA] + [UInt8](repeating: 0, count: 14)
        _ = device.receive(request + anticollision + select + authenticate, at: .milliseconds(400))
        let done = device.receive(write(1, content), at: .milliseconds(400))
        #expect(answers(done) == [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x09, 0x02, 0x00, 0x0B])
        #expect(cards(done).map(\.serial) == ["5AEFC604"])
        var codec = AaBbCodec()
        codec.receive(answers(device.receive(readBlock1, at: .milliseconds(400))))
        #expect(codec.next() == .frame(AaBbFrame(node: 0, command: 0x0208, payload: [0x00] + content)))
        #expect(device.nextDeadline == .milliseconds(900))
        _ = device.advance(to: .milliseconds(900))
        #expect(answers(device.receive(request, at: .milliseconds(900))).dropFirst(8).first == 0x14)
    }

    @Test func wrongKey_haltsTheCard_untilAllAreCalled() {
        var device = device([.wrongKey: .times(1)])
        _ = device.receive(request + anticollision + select, at: .milliseconds(400))
        #expect(answers(device.receive(authenticate, at: .milliseconds(400))).dropFirst(8).first == 0x16)
        let idle: [UInt8] = [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x26, 0x25]
        #expect(answers(device.receive(idle, at: .milliseconds(400))).dropFirst(8).first == 0x14)
        #expect(answers(device.receive(request, at: .milliseconds(400))).dropFirst(8).first == 0x00)
    }

    @Test func liftedCard_cannotBeWritten_andErrorsHaveTheirOddCheck() {
        var device = device([.cardLifted: .times(1), .oddChecksum: .always])
        _ = device.receive(request + anticollision + select + authenticate, at: .milliseconds(400))
        let failed = device.receive(write(1, [UInt8](repeating: 1, count: 16)), at: .milliseconds(400))
        #expect(answers(failed) == [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x09, 0x02, 0x18, 0x18])
        #expect(cards(failed).isEmpty)
        #expect(answers(device.receive(request, at: .milliseconds(400))) == [0xAA, 0xBB, 0x06, 0x00, 0x00, 0x00, 0x01, 0x02, 0x14, 0x14])
    }

    @Test func silent_andTimeout_sayNothing() {
        var mute = device([.silent: .times(1)])
        #expect(mute.receive(request, at: .zero) == [])
        var deaf = device([.timeout: .times(1)])
        _ = deaf.receive(request + anticollision + select + authenticate, at: .zero)
        #expect(deaf.receive(write(1, [UInt8](repeating: 1, count: 16)), at: .zero) == [])
    }

    @Test func noCard_isToldAsLongAsItLasts() {
        var device = device([.noCard: .times(1)])
        #expect(answers(device.receive(request, at: .seconds(1))).dropFirst(8).first == 0x14)
        _ = device.advance(to: .seconds(21))
        #expect(answers(device.receive(request, at: .seconds(21))).dropFirst(8).first == 0x00)
    }

    @Test func damagedCommand_andOneForAnotherReader_areNotAnswered() {
        var device = device()
        var damaged = request
        damaged[9] ^= 1
        #expect(answers(device.receive(damaged, at: .zero)) == [])
        let codec = AaBbCodec()
        #expect(answers(device.receive(codec.encode(AaBbFrame(node: 7, command: 0x0104)), at: .zero)) == [])
    }
}
