// SPDX-License-Identifier: Apache-2.0
import Framing

/// The cards that come to a virtual PC/SC reader, one after the other, and their side of vsmartcard's protocol: two bytes of length
/// before everything; a single byte is a wish of the reader (00 off, 01 on, 02 reset, 04 the answer to reset), anything longer a
/// command for the card.
struct PcscCardMachine: DeviceMachine {
    private static let longest = PcscCodec.longestPayload
    /// A card that was written and then left alone so long is taken away.
    static let quiet: Duration = .milliseconds(1500)

    private var faults: FaultSchedule
    private var received: [UInt8] = []
    private(set) var card: StorageCard?
    private var cards = 0
    private var lifting: Duration?

    init(_ options: SimulatorOptions) { faults = FaultSchedule(options.faults) }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { faults.set(fault, occurrence) }

    /// Somebody puts the next card on; `nil`: nobody does.
    mutating func nextCard() -> StorageCard? {
        if faults.strikes(.noCard) { return nil }
        cards += 1
        let card = StorageCard(uid: [0x5A, 0x1D, UInt8(truncatingIfNeeded: cards >> 8), UInt8(truncatingIfNeeded: cards)])
        self.card = card
        return card
    }

    var nextDeadline: Duration? { lifting }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        guard let moment = lifting, moment <= now else { return [] }
        lifting = nil
        return [.unplug(for: .zero)]
    }

    /// pcscd is gone, or the card.
    mutating func loseLine() {
        received = []
        lifting = nil
        card?.losePower()
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        received += bytes
        var actions: [DeviceAction] = []
        while received.count >= 2 {
            let length = Int(received[0]) << 8 | Int(received[1])
            // A stream that lost its lengths cannot be found again: the reader is left.
            guard length <= Self.longest else { return actions + [.unplug(for: .zero)] }
            guard received.count >= 2 + length else { break }
            let message = Array(received[2..<(2 + length)])
            received.removeFirst(2 + length)
            actions += take(message, at: now)
        }
        return actions
    }

    private mutating func take(_ message: [UInt8], at now: Duration) -> [DeviceAction] {
        switch message {
        case [0x00], [0x01], [0x02]:
            card?.losePower()
            return []
        case [0x04]: return [.send(Self.framed(card?.answerToReset ?? []))]
        default: return answer(message, at: now)
        }
    }

    private mutating func answer(_ command: [UInt8], at now: Duration) -> [DeviceAction] {
        if faults.strikes(.silent) { return [] }
        let step = StorageCard.step(of: command)
        if step == .update, faults.strikes(.cardLifted) { return [.unplug(for: .zero)] }
        if step == .authenticate, faults.strikes(.wrongKey) { return [.send(Self.framed([0x63, 0x00]))] }
        guard let answer = card?.answer(to: command) else { return [] }
        var actions: [DeviceAction] = [.send(Self.framed(answer.bytes))]
        if step == .update, answer.status.meaning == .done {
            let content = ["block \(command[3])": SimulatedCard.hex(Array(command[5...]))]
            actions.append(.report(.cardCut(SimulatedCard(number: cards, uid: card?.uid ?? [], content: content))))
            lifting = now + Self.quiet
        } else if lifting != nil, command != StorageCardCommand.serialNumber {
            // To be looked at is no reason to stay: that is how the next card is waited for.
            lifting = now + Self.quiet
        }
        return actions
    }

    private static func framed(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes }
}
