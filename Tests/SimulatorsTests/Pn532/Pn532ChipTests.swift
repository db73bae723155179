// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@testable import Simulators

private let factoryKey = [UInt8](repeating: 0xFF, count: 6)
private let content = [UInt8](0x10..<0x20)

/// A host that speaks frames.
private struct Bench {
    var chip: Pn532Chip
    var now = Duration.zero
    var events: [SimulatorEvent] = []
    var unplugged = false

    init(_ faults: [SimulatedFault: FaultOccurrence] = [:], _ change: (inout SimulatorOptions) -> Void = { _ in }) {
        var options = SimulatorOptions()
        options.faults = faults
        change(&options)
        chip = Pn532Chip(options)
        wait(.zero)
    }

    mutating func wait(_ time: Duration) {
        now += time
        _ = keep(chip.advance(to: now))
    }

    /// What comes for a frame: everything that the chip sends.
    mutating func send(_ frame: Pn532Frame) -> [Pn532Frame] {
        let codec = Pn532Codec()
        var reading = Pn532Codec()
        reading.receive(keep(chip.receive(codec.encode(frame), at: now)))
        var frames: [Pn532Frame] = []
        while let found = reading.next() { if case .frame(let frame) = found { frames.append(frame) } }
        return frames
    }

    /// The answer to a command, without its code.
    mutating func ask(_ bytes: [UInt8]) -> [UInt8]? {
        guard case .response(let answer)? = send(.command(bytes)).last, answer.first == bytes[0] &+ 1 else { return nil }
        return Array(answer.dropFirst())
    }

    private mutating func keep(_ actions: [DeviceAction]) -> [UInt8] {
        actions.flatMap { action -> [UInt8] in
            switch action {
            case .send(let bytes): return bytes
            case .report(let event): events.append(event)
            case .unplug: unplugged = true
            }
            return []
        }
    }

    mutating func list() -> [UInt8]? { ask([0x4A, 1, 0]) }
    mutating func authenticate(_ block: UInt8, _ key: [UInt8] = factoryKey, _ uid: [UInt8] = [0x5A, 0x1D, 0, 1]) -> [UInt8]? {
        ask([0x40, 1, 0x60, block] + key + uid)
    }
    mutating func put(_ block: UInt8, _ bytes: [UInt8] = content) -> [UInt8]? { ask([0x40, 1, 0xA0, block] + bytes) }
    mutating func get(_ place: UInt8) -> [UInt8]? { ask([0x40, 1, 0x30, place]) }
}

@Suite struct Pn532ChipTests {
    /// The captured start of a libnfc program.
    @Test func libnfcStart_isAnswered() {
        var bench = Bench()
        for (command, answer) in [
            ([0x14, 0x01], []), ([0x00, 0x00, 0x6C, 0x69, 0x62], [0x00, 0x6C, 0x69, 0x62]), ([0x02], [0x32, 0x01, 0x06, 0x07]),
            ([0x12, 0x14], []), ([0x06, 0x63, 0x02, 0x63, 0x03], [0, 0]), ([0x08, 0x63, 0x02, 0x80, 0x63, 0x03, 0x80], []),
            ([0x06, 0x63, 0x02], [0x80]), ([0x32, 0x01, 0x00], []), ([0x32, 0x01, 0x01], []), ([0x32, 0x05, 0xFF, 0xFF, 0xFF], []),
        ] as [([UInt8], [UInt8])] {
            #expect(bench.ask(command) == answer, "\(command)")
        }
        #expect(bench.send(.command([0x99])) == [.acknowledge, .applicationError])
    }

    @Test func card_isListedOpenedWrittenAndTakenAway_andAnotherComes() {
        var bench = Bench()
        #expect(bench.list() == [1, 1, 0x00, 0x04, 0x08, 4, 0x5A, 0x1D, 0, 1])
        #expect(bench.put(4) == [0x14])
        #expect(bench.list() != nil)
        #expect(bench.authenticate(4) == [0])
        #expect(bench.put(4) == [0])
        #expect(bench.get(4) == [0] + content)
        bench.wait(.milliseconds(1400))
        #expect(bench.list()?.first == 1)
        bench.wait(.milliseconds(200))
        #expect(bench.list()?.first == 1 || bench.events.contains(.cardTaken))
        bench.wait(.seconds(2))
        _ = bench.ask([0x32, 5, 0, 1, 2])
        #expect(bench.list()?.suffix(4) == [0x5A, 0x1D, 0, 2])
        let written = bench.events.compactMap { if case .cardCut(let card) = $0 { card.content } else { nil } }
        #expect(written == [["block 4": SimulatedCard.hex(content)]])
    }

    @Test func wrongKey_haltsTheCard_untilItIsListedAgain() {
        var bench = Bench()
        _ = bench.list()
        #expect(bench.authenticate(4, [1, 2, 3, 4, 5, 6]) == [0x14])
        #expect(bench.authenticate(4) == [0x01])
        _ = bench.list()
        #expect(bench.authenticate(4) == [0])
        // The sector that is open, no other.
        #expect(bench.get(8) == [0x14])
    }

    @Test func longSerialNumber_authenticatesWithItsLastFourBytes() {
        var bench = Bench { $0.cardKinds = [.classic1KLongUID] }
        #expect(bench.list()?.suffix(7) == [0x04, 0x5A, 0x1D, 0, 0, 0, 1])
        #expect(bench.authenticate(4, factoryKey, [0x04, 0x5A, 0x1D, 0]) == [0x14])
        _ = bench.list()
        #expect(bench.authenticate(4, factoryKey, [0, 0, 0, 1]) == [0])
        // Asked for by its number: only itself.
        #expect(bench.ask([0x4A, 1, 0, 0x88, 0x04, 0x5A, 0x1D, 0, 0, 0, 1])?.first == 1)
        #expect(bench.ask([0x4A, 1, 0, 9, 9, 9, 9]) == [0])
    }

    @Test func trailer_hidesKeyA_andChangesTheKeys() {
        var bench = Bench()
        _ = bench.list()
        _ = bench.authenticate(7)
        #expect(bench.get(7) == [0] + [UInt8](repeating: 0, count: 6) + [0xFF, 0x07, 0x80, 0x69] + factoryKey)
        let door: [UInt8] = [1, 2, 3, 4, 5, 6]
        // Only key B writes from now on, and key A reads.
        #expect(bench.put(7, door + [0x78, 0x77, 0x88, 0x69] + factoryKey) == [0])
        _ = bench.list()
        #expect(bench.authenticate(4) == [0x14])
        _ = bench.list()
        #expect(bench.authenticate(4, door) == [0])
        #expect(bench.get(4)?.first == 0)
        #expect(bench.put(4) == [0x14])
    }

    @Test func ntag_readsRoundItsEnd_andKeepsItsLockBits() {
        var bench = Bench { $0.cardKinds = [.ntag213] }
        #expect(bench.list()?[4] == 0x00)
        #expect(bench.get(0)?.suffix(4) == [0xE1, 0x10, 0x12, 0x00])
        #expect(bench.ask([0x40, 1, 0xA2, 4, 1, 2, 3, 4]) == [0])
        #expect(bench.get(4)?.prefix(5) == [0, 1, 2, 3, 4])
        #expect(bench.get(44)?.suffix(12).prefix(3) == [0x04, 0x5A, 0x1D])
        #expect(bench.ask([0x40, 1, 0xA2, 2, 0, 0, 0x10, 0]) == [0])
        #expect(bench.ask([0x40, 1, 0xA2, 4, 9, 9, 9, 9]) == [0x13])
        _ = bench.list()
        #expect(bench.get(45) == [0x13])
    }

    @Test func list_waitsForACard_whereItMayTryForEver_untilItIsBrokenOff() {
        var bench = Bench { $0.cardDelay = .seconds(1) }
        _ = bench.list()
        _ = bench.authenticate(4)
        _ = bench.put(4)
        bench.wait(.milliseconds(1600))
        #expect(bench.send(.command([0x4A, 1, 0])) == [.acknowledge])
        #expect(bench.send(.acknowledge) == [])
        _ = bench.ask([0x32, 5, 0, 1, 2])
        #expect(bench.list() == [0])
    }

    @Test func faults_strike() {
        var lifted = Bench([.cardLifted: .times(1)])
        _ = lifted.list()
        _ = lifted.authenticate(4)
        #expect(lifted.put(4) == [0x01])
        #expect(lifted.events.last == .cardTaken)

        var twice = Bench([.duplicateAck: .times(1)])
        #expect(twice.send(.command([0x14, 1])) == [.acknowledge, .acknowledge, .response([0x15])])

        var silent = Bench([.silent: .times(1)])
        #expect(silent.send(.command([0x14, 1])) == [])
        #expect(silent.send(.command([0x14, 1])).count == 2)

        var damaged = Bench([.badChecksum: .times(1)])
        #expect(damaged.send(.command([0x14, 1])) == [.acknowledge])
        #expect(damaged.send(.refuse) == [.response([0x15])])

        var refused = Bench([.nak: .times(1)])
        #expect(refused.send(.command([0x14, 1])) == [.refuse])

        var deaf = Bench([.timeout: .times(1)])
        #expect(deaf.send(.command([0x14, 1])) == [.acknowledge])

        var key = Bench([.wrongKey: .always])
        _ = key.list()
        #expect(key.authenticate(4) == [0x14])

        var empty = Bench([.noCard: .always])
        _ = empty.ask([0x32, 5, 0, 1, 2])
        #expect(empty.list() == [0])
    }

    @Test func sameCard_comesAgain_withItsContent() {
        var bench = Bench([.sameCard: .times(1)])
        _ = bench.list()
        _ = bench.authenticate(4)
        _ = bench.put(4)
        bench.wait(.seconds(2))
        #expect(bench.list()?.suffix(4) == [0x5A, 0x1D, 0, 1])
        _ = bench.authenticate(4)
        #expect(bench.get(4) == [0] + content)
    }

    @Test func plug_isPulledWhileACardIsWritten() {
        var bench = Bench([.unplugMidJob: .times(1)])
        _ = bench.list()
        _ = bench.authenticate(4)
        #expect(bench.put(4) == nil)
        bench.wait(.milliseconds(100))
        #expect(bench.unplugged)
    }

    @Test func speed_changesWithTheHostsAcknowledge_andNoiseComesAtAnyOther() {
        var bench = Bench()
        bench.chip.lineRuns(at: 115_200)
        #expect(bench.ask([0x10, 0x07]) == [])
        #expect(bench.ask([0x02]) != nil)
        _ = bench.send(.acknowledge)
        #expect(bench.chip.receive([0x55], at: .zero) == [.send([0x98, 0x80])])
        bench.chip.lineRuns(at: 921_600)
        #expect(bench.ask([0x02]) == [0x32, 0x01, 0x06, 0x07])

        var left = Bench([.wrongSpeed: .times(1)])
        left.chip.lineRuns(at: 115_200)
        #expect(left.send(.command([0x02])) == [])
        left.chip.loseLine()
        #expect(left.send(.command([0x02])).count == 2)
    }
}
