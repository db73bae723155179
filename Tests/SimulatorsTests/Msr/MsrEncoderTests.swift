// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@testable import Simulators

private func sent(_ actions: [DeviceAction]) -> [[UInt8]] {
    actions.compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
}

private func cardsWritten(_ actions: [DeviceAction]) -> Int {
    actions.count { if case .report(.cardCut) = $0 { true } else { false } }
}

private func encoder(_ faults: [SimulatedFault: FaultOccurrence] = [:]) -> MsrEncoder {
    var options = SimulatorOptions()
    options.faults = faults
    return MsrEncoder(options)
}

private let alive: [UInt8] = [0x1B, 0x79], good: [UInt8] = [0x1B, 0x30]
/// ESC w with "01", "23", "45", as the manual has it.
private let write: [UInt8] = [
    0x1B, 0x77, 0x1B, 0x73, 0x1B, 0x01, 0x30, 0x31, 0x1B, 0x02, 0x32, 0x33, 0x1B, 0x03, 0x34, 0x35, 0x3F, 0x1C,
]
private let written: [UInt8] = [
    0x1B, 0x73, 0x1B, 0x01, 0x25, 0x30, 0x31, 0x3F, 0x1B, 0x02, 0x3B, 0x32, 0x33, 0x3F, 0x1B, 0x03, 0x3B, 0x34, 0x35, 0x3F, 0x3F, 0x1C,
    0x1B,
    0x30,
]

@Suite struct MsrEncoderTests {
    @Test(
        arguments: [
            ([0x1B, 0x65], [0x1B, 0x79]), ([0x1B, 0x74], [0x1B, 0x33, 0x53]), ([0x1B, 0x76], [0x1B] + Array("REVT3.12".utf8)),
            ([0x1B, 0x78], [0x1B, 0x30]), ([0x1B, 0x79], [0x1B, 0x30]), ([0x1B, 0x64], [0x1B, 0x6C]), ([0x1B, 0x87], [0x1B, 0x30]),
            ([0x1B, 0x62, 0xD2], [0x1B, 0x30]), ([0x1B, 0x62, 0x4B], [0x1B, 0x30]), ([0x1B, 0x62, 0x00], [0x1B, 0x41]),
            ([0x1B, 0x7A, 0x3D, 0x16], [0x1B, 0x30]),
            ([0x1B, 0x6C], [0x1B, 0x3D, 0x16]), ([0x1B, 0x6F, 8, 8, 8], [0x1B, 0x30, 8, 8, 8]), ([0x1B, 0x6F, 8, 8, 9], [0x1B, 0x41]),
            ([0x1B, 0x40], [0x1B, 0x34]), ([0x1B, 0x77, 0x1B, 0x74], [0x1B, 0x32]),
        ] as [([UInt8], [UInt8])])
    func command_isAnsweredAtOnce(command: [UInt8], answer: [UInt8]) {
        var encoder = encoder()
        #expect(sent(encoder.receive(command, at: .zero)) == [answer])
        var slowly = self.slow()
        #expect(command.flatMap { sent(slowly.receive([$0], at: .zero)) } == [answer])
    }

    private func slow() -> MsrEncoder { encoder() }

    @Test(arguments: [[0x1B, 0x61], [0x1B, 0x81], [0x1B, 0x85], [0x1B, 0x86], [0xFF, 0x00]] as [[UInt8]])
    func command_isNotAnswered(command: [UInt8]) {
        var encoder = encoder()
        #expect(encoder.receive(command, at: .zero) == [])
        #expect(encoder.nextDeadline == nil)
    }

    @Test func coercivity_isTold_asItWasSet() {
        var encoder = encoder()
        let questions: [UInt8] = [0x1B, 0x78, 0x1B, 0x64, 0x1B, 0x79, 0x1B, 0x64]
        #expect(sent(encoder.receive(questions, at: .zero)) == [[0x1B, 0x30], [0x1B, 0x68], [0x1B, 0x30], [0x1B, 0x6C]])
    }

    @Test func text_isWrittenWithASwipe_andReadBack() {
        var encoder = encoder()
        #expect(sent(encoder.receive(write, at: .zero)) == [])
        #expect(encoder.nextDeadline == .milliseconds(300))
        let done = encoder.advance(to: .milliseconds(300))
        #expect(sent(done) == [good])
        #expect(cardsWritten(done) == 1)
        _ = encoder.receive([0x1B, 0x72], at: .seconds(1))
        #expect(sent(encoder.advance(to: .seconds(2))) == [written])
    }

    /// What the encoder puts on the stripe is what another head reads, bit by bit: the manual's two raw examples are the same text.
    @Test(
        arguments: [
            (
                [0x1B, 0x6F, 8, 8, 8],
                [
                    0x1B, 0x6E, 0x1B, 0x73, 0x1B, 1, 8, 0xC5, 0xB0, 0x78, 0x14, 0x95, 0x4E, 0x3E, 0x2A, 0x1B, 2, 5, 0x2B, 0x88, 0x49, 0xEA,
                    0xAF,
                    0x1B, 3, 5, 0x2B, 0x88, 0x49, 0xEA, 0xAF, 0x3F, 0x1C,
                ]
            ),
            (
                [0x1B, 0x6F, 7, 5, 5],
                [
                    0x1B, 0x6E, 0x1B, 0x73, 0x1B, 1, 9, 0x45, 0x61, 0x62, 0x23, 0x51, 0x52, 0x13, 0x1F, 0x2A, 0x1B, 2, 8, 0x0B, 1, 2, 0x13,
                    4, 0x15,
                    0x1F, 0x15, 0x1B, 3, 8, 0x0B, 1, 2, 0x13, 4, 0x15, 0x1F, 0x15, 0x3F, 0x1C,
                ]
            ),
        ] as [([UInt8], [UInt8])])
    func bits_readAsText(widths: [UInt8], write: [UInt8]) {
        var encoder = encoder()
        _ = encoder.receive(widths + write, at: .zero)
        #expect(sent(encoder.advance(to: .seconds(1))) == [good])
        _ = encoder.receive([0x1B, 0x72], at: .seconds(1))
        let answer = sent(encoder.advance(to: .seconds(2)))
        let text = Array("%ABC123?".utf8) + [0x1B, 2] + Array(";12345?".utf8) + [0x1B, 3] + Array(";12345?".utf8)
        #expect(answer == [[0x1B, 0x73, 0x1B, 1] + text + [0x3F, 0x1C, 0x1B, 0x30]])
        // And bit by bit: turned round, as recorded from a real one, with the clock's zeros behind.
        _ = encoder.receive([0x1B, 0x6F, 7, 5, 5, 0x1B, 0x6D], at: .seconds(2))
        let raw = sent(encoder.advance(to: .seconds(3))).last ?? []
        #expect(raw.starts(with: [0x1B, 0x73, 0x1B, 1]))
        #expect(raw.dropFirst(5).starts(with: [0x51, 0x43, 0x23, 0x62, 0x45, 0x25, 0x64, 0x7C, 0x2A, 0, 0]))
    }

    @Test func onlyReset_isHeard_whileASwipeIsAwaited() {
        var encoder = encoder([.noCard: .always])
        _ = encoder.receive(write, at: .zero)
        #expect(encoder.nextDeadline == nil)
        #expect(encoder.receive([0x1B, 0x65], at: .seconds(1)) == [])
        #expect(sent(encoder.receive([0x1B, 0x61, 0x1B, 0x65], at: .seconds(2))) == [alive])
    }

    @Test func erase_takesTheTracksOfItsSelector() {
        var encoder = encoder()
        _ = encoder.receive(write, at: .zero)
        _ = encoder.advance(to: .seconds(1))
        _ = encoder.receive([0x1B, 0x63, 0x05], at: .seconds(1))
        #expect(sent(encoder.advance(to: .seconds(2))) == [good])
        _ = encoder.receive([0x1B, 0x72], at: .seconds(2))
        let left: [UInt8] = [0x1B, 0x73, 0x1B, 1, 0x1B, 0x2B, 0x1B, 2, 0x3B, 0x32, 0x33, 0x3F, 0x1B, 3, 0x1B, 0x2B, 0x3F, 0x1C, 0x1B, 0x30]
        #expect(sent(encoder.advance(to: .seconds(3))) == [left])
    }

    @Test func text_isRefused_whenTheTrackCannotHoldIt() {
        for text in ["A", String(repeating: "1", count: 38)] {
            var encoder = encoder()
            let block: [UInt8] = [0x1B, 0x77, 0x1B, 0x73, 0x1B, 1, 0x1B, 2] + Array(text.utf8) + [0x1B, 3, 0x3F, 0x1C]
            #expect(sent(encoder.receive(block, at: .zero)) == [[0x1B, 0x32]])
        }
    }

    @Test func events_neverShowContent() {
        var encoder = encoder()
        let block: [UInt8] = [0x1B, 0x77, 0x1B, 0x73, 0x1B, 1, 0x1B, 2] + Array("987654".utf8) + [0x1B, 3, 0x3F, 0x1C]
        let reports = (encoder.receive(block, at: .zero) + encoder.advance(to: .seconds(1))).filter {
            if case .report = $0 { true } else { false }
        }
        #expect(reports.count == 3)
        #expect(!"\(reports)".contains("987654"))
    }
}

@Suite struct MsrFaultTests {
    @Test(arguments: [(SimulatedFault.badSwipe, 0x39), (.writeError, 0x31), (.lowCoercivity, 0x31), (.swipeBackwards, 0x39)])
    func write_fails_andTheNextSucceeds(fault: SimulatedFault, status: Int) {
        var encoder = encoder([fault: .times(1)])
        _ = encoder.receive(write, at: .zero)
        let failed = encoder.advance(to: .seconds(1))
        #expect(sent(failed) == [[0x1B, UInt8(status)]])
        #expect(cardsWritten(failed) == 0)
        _ = encoder.receive(write, at: .seconds(1))
        #expect(cardsWritten(encoder.advance(to: .seconds(2))) == 1)
    }

    @Test func lowCoercivity_isNoFault_whenWrittenHigh() {
        var encoder = encoder([.lowCoercivity: .always])
        _ = encoder.receive([0x1B, 0x78] + write, at: .zero)
        #expect(sent(encoder.advance(to: .seconds(1))) == [good])
        // A reset keeps the coercivity, a plug pulled and put back does not.
        _ = encoder.receive([0x1B, 0x61] + write, at: .seconds(1))
        #expect(sent(encoder.advance(to: .seconds(2))) == [good])
        encoder.loseLine()
        _ = encoder.receive(write, at: .seconds(2))
        #expect(sent(encoder.advance(to: .seconds(3))) == [[0x1B, 0x31]])
    }

    @Test func backwardSwipe_readsAsText_andTurnsTheBits() {
        var encoder = encoder()
        _ = encoder.receive([0x1B, 0x77, 0x1B, 0x73, 0x1B, 1, 0x1B, 2, 0x31, 0x1B, 3, 0x3F, 0x1C], at: .zero)
        _ = encoder.advance(to: .seconds(1))
        encoder.set(.swipeBackwards, .always)
        _ = encoder.receive([0x1B, 0x72], at: .seconds(1))
        let text = sent(encoder.advance(to: .seconds(2))).last ?? []
        #expect(text.dropFirst(6).starts(with: [0x1B, 2, 0x3B, 0x31, 0x3F]))
        // AF C2 B0 is ;1? with its check read from the end, as published.
        _ = encoder.receive([0x1B, 0x6F, 8, 8, 8, 0x1B, 0x6D], at: .seconds(2))
        let bits = sent(encoder.advance(to: .seconds(3))).last ?? []
        #expect(bits.dropFirst(8).starts(with: [0xAF, 0xC2, 0xB0, 0x00]))
    }

    @Test func pendingRead_leavesItDeaf_untilAReset() {
        var encoder = encoder([.pendingRead: .always])
        #expect(encoder.receive([0x1B, 0x65, 0x1B, 0x78] + write, at: .zero) == [])
        #expect(sent(encoder.receive([0x1B, 0x61, 0x1B, 0x65], at: .zero)) == [alive])
    }

    @Test func silent_saysNothing_asWithout24Volts() {
        var encoder = encoder([.silent: .always])
        #expect(encoder.receive([0x1B, 0x61, 0x1B, 0x65], at: .zero) == [])
        encoder.set(.silent, .never)
        #expect(sent(encoder.receive([0x1B, 0x65], at: .zero)) == [alive])
    }

    @Test func timeout_writesAndHangs() {
        var encoder = encoder([.timeout: .times(1)])
        _ = encoder.receive(write, at: .zero)
        let done = encoder.advance(to: .milliseconds(300))
        #expect(cardsWritten(done) == 1)
        #expect(sent(done) == [])
        #expect(encoder.receive([0x1B, 0x61, 0x1B, 0x65], at: .seconds(30)) == [])
        #expect(sent(encoder.receive([0x1B, 0x65], at: .seconds(36))) == [alive])
    }

    @Test func unplugMidJob_pullsThePlug() {
        var encoder = encoder([.unplugMidJob: .times(1)])
        _ = encoder.receive(write, at: .zero)
        #expect(encoder.advance(to: .milliseconds(100)) == [.unplug(for: .seconds(1))])
        encoder.loseLine()
        #expect(sent(encoder.receive([0x1B, 0x65], at: .seconds(2))) == [alive])
    }
}

@Suite struct MsrPacketsTests {
    private func packets(_ faults: [SimulatedFault: FaultOccurrence] = [:]) -> MsrPackets {
        var options = SimulatorOptions()
        options.faults = faults
        return MsrPackets(options)
    }

    /// The maker's program says five bytes for commands of two: the encoder reads the command and no more.
    @Test func makersHeaders_areTaken() {
        var device = packets()
        let zeros = [UInt8](repeating: 0, count: 61)
        #expect(
            sent(device.receive([0xC5, 0x1B, 0x76] + zeros, at: .zero)) == [
                [0xC9, 0x1B] + Array("REVT3.12".utf8) + [UInt8](repeating: 0, count: 54)
            ])
        #expect(sent(device.receive([0xC2, 0x1B, 0x61] + zeros, at: .zero)) == [])
    }

    @Test func padding_isLeftFromBefore_whenStale() throws {
        var device = packets([.stalePadding: .always])
        _ = device.receive(EscReports.wrap(write), at: .zero)
        let answer = try #require(sent(device.advance(to: .seconds(1))).first)
        #expect(answer.count == 64)
        #expect(answer.starts(with: [0xC2, 0x1B, 0x30]))
        #expect(answer.dropFirst(3).starts(with: write.dropFirst(2)))
        var reports = EscReports()
        #expect(reports.receive(answer) == [[0x1B, 0x30]])
    }

    @Test func longAnswer_takesSeveralPackets() {
        var device = packets()
        let text = [UInt8](repeating: 0x35, count: 104)
        _ = device.receive(EscReports.wrap([0x1B, 0x77, 0x1B, 0x73, 0x1B, 1, 0x1B, 2, 0x1B, 3] + text + [0x3F, 0x1C]), at: .zero)
        _ = device.advance(to: .seconds(1))
        _ = device.receive(EscReports.wrap([0x1B, 0x72]), at: .seconds(1))
        let answer = sent(device.advance(to: .seconds(2)))
        #expect(answer.map { $0[0] & 0xC0 } == [0x80, 0x40])
        var reports = EscReports()
        let message = reports.receive(answer.flatMap { $0 }).first
        #expect(message?.count == 122)
    }
}

@Suite(.timeLimit(.minutes(6))) struct MsrSimulatorTests {
    @Test func catalog_makesIt() throws {
        #expect(SimulatorCatalog.drivers.contains("msr"))
        _ = try SimulatorCatalog.make(driver: "msr", options: SimulatorOptions())
    }

    /// Random bytes from a host: it ends, and a reset brings it back.
    @Test(arguments: 1...20) func encoder_holds_whateverComes(seed: UInt64) {
        var state = seed
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let meaning: [UInt8] = [0x1B, 0x77, 0x6E, 0x73, 1, 2, 3, 0x3F, 0x1C, 0x72, 0x6D, 0x63, 0x61, 0x6F, 8, 0x65]
        var encoder = encoder()
        for round in 1...300 {
            let bytes = (0..<64).map { _ in random() % 2 == 0 ? random() : meaning[Int(random() % 16)] }
            _ = encoder.receive(bytes, at: .seconds(round))
            _ = encoder.advance(to: .seconds(round))
        }
        encoder.loseLine()
        #expect(sent(encoder.receive([0x1B, 0x65], at: .seconds(1000))) == [alive])
    }
}
