// SPDX-License-Identifier: Apache-2.0
import Framing

@testable import Simulators

/// The simulated cards under a PC/SC reader, as the bridge's port for readers tells of them. pcscd and the threads that wait for it are left
/// out.
struct PcscReaderMachine: DeviceMachine {
    private var cards: PcscCardMachine
    private var codec = PcscCodec()
    private let delay: Duration
    /// When the next card comes.
    private var comes: Duration? = .zero
    private var isThere = false
    private var isTaken = false

    init(_ options: SimulatorOptions) {
        cards = PcscCardMachine(options)
        delay = options.cardDelay
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { cards.set(fault, occurrence) }

    mutating func loseLine() {
        codec.reset()
        cards.loseLine()
        isTaken = false
    }

    var nextDeadline: Duration? { [comes, cards.nextDeadline].compactMap(\.self).min() }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        var actions = cards.advance(to: now).flatMap { act($0, at: now) }
        if let due = comes, due <= now {
            comes = nil
            let card = cards.nextCard()
            isThere = card != nil
            actions.append(say(card.map { .cardInserted(atr: $0.answerToReset) } ?? .cardRemoved))
        }
        return actions
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        codec.receive(bytes)
        var actions: [DeviceAction] = []
        while case .frame(let message)? = codec.next() { actions += take(message, at: now) }
        return actions
    }

    private mutating func take(_ message: PcscMessage, at now: Duration) -> [DeviceAction] {
        switch message {
        case .describe: return [say(.reader(PcscReader(name: "Simulated reader 00 00")))]
        case .connect:
            guard isThere, let card = cards.card else { return [say(.trouble(.noSmartCard))] }
            isTaken = true
            _ = cards.receive([0x00, 0x01, 0x02], at: now)
            return [say(.connected(atr: card.answerToReset))]
        case .release:
            isTaken = false
            return cards.receive([0x00, 0x01, 0x00], at: now).flatMap { act($0, at: now) }
        case .command(let bytes):
            guard isTaken else { return [say(.trouble(.removedCard))] }
            return cards.receive([UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes, at: now).flatMap { act($0, at: now) }
        case .reader, .connected, .answer, .trouble, .cardInserted, .cardRemoved: return []
        }
    }

    /// What the card does, as the reader tells it.
    private mutating func act(_ action: DeviceAction, at now: Duration) -> [DeviceAction] {
        switch action {
        case .send(let bytes): return [say(.answer(Array(bytes.dropFirst(2))))]
        case .report: return [action]
        case .unplug(let absence):
            // Nothing at all is what comes of a card that leaves in the middle.
            let answer = isTaken ? [say(.answer([]))] : []
            (isThere, isTaken) = (false, false)
            cards.loseLine()
            comes = now + absence + delay
            return answer + [say(.cardRemoved)]
        }
    }

    private func say(_ message: PcscMessage) -> DeviceAction { .send(codec.encode(message)) }
}
