// SPDX-License-Identifier: Apache-2.0
import Framing

@testable import Simulators

/// A PC/SC reader with the simulator's cards on it, as the bridge's own port shows one: what pcscd and vsmartcard's reader do in between
/// is answered here.
struct PcscReaderMachine: DeviceMachine {
    private var cards: PcscCardMachine
    private var codec = PcscCodec()
    private var hasCard = false
    private var nextCard: Duration?
    private let delay: Duration

    init(_ options: SimulatorOptions) {
        cards = PcscCardMachine(options)
        delay = options.cardDelay
        nextCard = options.cardDelay
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { cards.set(fault, occurrence) }
    mutating func loseLine() { codec.reset() }
    var nextDeadline: Duration? { [nextCard, cards.nextDeadline].compactMap(\.self).min() }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        if let moment = nextCard, moment <= now {
            nextCard = nil
            hasCard = cards.nextCard() != nil
            return hasCard ? [says(.cardInserted(atr: cards.card?.answerToReset ?? []))] : []
        }
        return cards.advance(to: now).isEmpty ? [] : lift(at: now)
    }

    private mutating func lift(at now: Duration) -> [DeviceAction] {
        hasCard = false
        cards.loseLine()
        nextCard = now + delay
        return [says(.cardRemoved)]
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        codec.receive(bytes)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            guard case .frame(let message) = decoded else { continue }
            actions += answer(message, at: now)
        }
        return actions
    }

    private mutating func answer(_ message: PcscMessage, at now: Duration) -> [DeviceAction] {
        switch message {
        case .describe: return [says(.reader(PcscReader(name: "Virtual PCD 00 00")))]
        case .connect:
            guard hasCard, let card = cards.card else { return [says(.trouble(.noSmartCard))] }
            _ = cards.receive([0, 1, 0x02], at: now)
            return [says(.connected(atr: card.answerToReset))]
        case .command(let command):
            guard hasCard else { return [says(.trouble(.removedCard))] }
            let actions = cards.receive([UInt8(command.count >> 8), UInt8(command.count & 0xFF)] + command, at: now)
            return actions.flatMap { action -> [DeviceAction] in
                switch action {
                case .send(let framed): [says(.answer(Array(framed.dropFirst(2))))]
                case .unplug: [says(.trouble(.removedCard))] + lift(at: now)
                case .report: [action]
                }
            }
        default: return []
        }
    }

    private func says(_ message: PcscMessage) -> DeviceAction { .send(codec.encode(message)) }
}
