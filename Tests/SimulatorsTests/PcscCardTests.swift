// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@testable import Simulators

private let content = [UInt8](0x10..<0x20)

private func framed(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes }

private func machine(_ faults: [SimulatedFault: FaultOccurrence] = [:]) -> PcscCardMachine {
    var options = SimulatorOptions()
    options.faults = faults
    var machine = PcscCardMachine(options)
    _ = machine.nextCard()
    return machine
}

extension PcscCardMachine {
    /// The status of the answer to a command; `nil` where there was none.
    fileprivate mutating func status(of command: [UInt8]) -> String? {
        for case .send(let bytes) in receive(framed(command), at: .zero) {
            return ResponseAPDU(Array(bytes.dropFirst(2)))?.status.description
        }
        return nil
    }

    fileprivate mutating func open(_ block: UInt8) -> String? {
        _ = status(of: StorageCardCommand.loadKey(StorageCard.factoryKey, structure: 0, slot: 0))
        return status(of: StorageCardCommand.authenticate(block: block, kind: 0x60, slot: 0))
    }
}

@Suite struct PcscCardTests {
    @Test func reader_isToldTheAnswerToReset() {
        var machine = machine()
        #expect(machine.receive(framed([0x01]), at: .zero).isEmpty)
        let atr = AnswerToReset.bytes(of: .init(standard: 3, name: 1))
        #expect(machine.receive(framed([0x04]), at: .zero) == [.send(framed(atr))])
    }

    @Test func block_isWrittenAndRead_onceItsSectorIsOpen() {
        var machine = machine()
        #expect(machine.status(of: StorageCardCommand.update(4, content)) == "63 00")
        #expect(machine.open(4) == "90 00")
        #expect(machine.status(of: StorageCardCommand.update(4, content)) == "90 00")
        #expect(machine.card?.blocks[4] == content)
        #expect(machine.status(of: StorageCardCommand.read(4, length: 16)) == "90 00")
        #expect(machine.status(of: StorageCardCommand.read(8, length: 16)) == "63 00")
        #expect(machine.status(of: StorageCardCommand.read(4, length: 4)) == "6C 10")
    }

    @Test func reset_closesTheSector() {
        var machine = machine()
        #expect(machine.open(4) == "90 00")
        _ = machine.receive(framed([0x02]), at: .zero)
        #expect(machine.status(of: StorageCardCommand.update(4, content)) == "63 00")
    }

    @Test func sector_staysShut_withAnotherKey() {
        var machine = machine()
        _ = machine.status(of: StorageCardCommand.loadKey([1, 2, 3, 4, 5, 6], structure: 0, slot: 0))
        #expect(machine.status(of: StorageCardCommand.authenticate(block: 4, kind: 0x60, slot: 0)) == "63 00")
        var faulty = Self.faulty(.wrongKey)
        #expect(faulty.open(4) == "63 00")
    }

    @Test func key_isTakenAtItsStructureOnly() {
        var card = StorageCard(uid: [1, 2, 3, 4], keyStructure: 0x20)
        #expect(card.answer(to: StorageCardCommand.loadKey(StorageCard.factoryKey, structure: 0, slot: 0)).status.rawValue == 0x6300)
        #expect(card.answer(to: StorageCardCommand.loadKey(StorageCard.factoryKey, structure: 0x20, slot: 0)).status.rawValue == 0x9000)
    }

    @Test func cardIsLifted_whenItIsToBeWritten() {
        var machine = Self.faulty(.cardLifted)
        #expect(machine.open(4) == "90 00")
        #expect(machine.receive(framed(StorageCardCommand.update(4, content)), at: .zero) == [.unplug(for: .zero)])
    }

    @Test func writtenCard_isTakenAway_whenItIsLeftAlone() {
        var machine = machine()
        _ = machine.open(4)
        _ = machine.receive(framed(StorageCardCommand.update(4, content)), at: .seconds(1))
        #expect(machine.nextDeadline == .seconds(1) + PcscCardMachine.quiet)
        _ = machine.receive(framed(StorageCardCommand.read(4, length: 16)), at: .seconds(2))
        #expect(machine.advance(to: .seconds(3)) == [])
        #expect(machine.advance(to: .seconds(2) + PcscCardMachine.quiet) == [.unplug(for: .zero)])
        #expect(machine.nextCard()?.uid == [0x5A, 0x1D, 0x00, 0x02])
    }

    @Test func commands_areUnderstood_byteByByteAndGlued() {
        var machine = machine()
        let command = framed(StorageCardCommand.serialNumber)
        let answers = command.flatMap { machine.receive([$0], at: .zero) }
        #expect(answers == [.send(framed([0x5A, 0x1D, 0x00, 0x01, 0x90, 0x00]))])
        #expect(machine.receive(command + command, at: .zero).count == 2)
    }

    @Test func nonsense_endsTheConnection_andNeverCrashes() {
        var machine = machine()
        #expect(machine.receive([0xFF, 0xFF, 0x00], at: .zero) == [.unplug(for: .zero)])
        machine.loseLine()
        for length in 0..<12 { _ = machine.receive(framed([UInt8](repeating: 0xFF, count: length)), at: .zero) }
        for kind in UInt8.min...UInt8.max { _ = machine.receive(framed([0xFF, kind, 0xFF, 0xFF, 0xFF]), at: .zero) }
    }

    private static func faulty(_ fault: SimulatedFault) -> PcscCardMachine { machine([fault: .always]) }
}
