// SPDX-License-Identifier: Apache-2.0
import Framing

/// A reader of the AA BB family, with somebody who puts cards on it and takes them away once they are written, as a value.
struct AaBbDevice: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var codec = AaBbCodec()
    private var ear = Ear()
    private var card: AaBbCard?
    private var cardsSeen = 0
    /// When the next card comes, or the one that lies there goes.
    private var nextMove: Duration?
    private var unplugAt: Duration?
    /// How far the card's selection has come.
    private var selection = Selection.none

    private enum Selection: Sendable { case none, called, selected }

    /// How long a card that was written stays.
    private static let stay = Duration.milliseconds(500)
    /// The number of readers as they are sold.
    private static let node: UInt16 = 0x1211

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
        nextMove = options.cardDelay
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { faults.set(fault, occurrence) }

    /// Without power the reader forgets everything; the card lies where it lay.
    mutating func loseLine() {
        codec.reset()
        selection = .none
        unplugAt = nil
        card?.select()
    }

    var nextDeadline: Duration? { [nextMove, unplugAt].compactMap(\.self).min() }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        if let moment = unplugAt, moment <= now { return [.unplug(for: options.absence)] }
        if let moment = nextMove, moment <= now { moveCard(at: moment) }
        return []
    }

    /// The card goes, or the next one comes.
    private mutating func moveCard(at moment: Duration) {
        selection = .none
        if card != nil {
            card = nil
            nextMove = moment + options.cardDelay
        } else if faults.strikes(.noCard) {
            nextMove = moment + max(options.cardLimit, .milliseconds(1))
        } else {
            nextMove = nil
            cardsSeen += 1
            card = AaBbCard(number: cardsSeen, hasPages: options.profile == "ultralight")
        }
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        ear.hear(bytes, at: now, into: &codec)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            // A reader says nothing to what it cannot read.
            guard case .frame(let frame) = decoded, frame.quirks.isDisjoint(with: [.repeatedStatus, .uncheckedError])
            else {
                actions.append(.report(.refused))
                continue
            }
            guard [0x0000, 0xFFFF, Self.node].contains(frame.node), !faults.strikes(.silent) else { continue }
            actions += take(frame, at: now)
        }
        return actions
    }

    private mutating func take(_ frame: AaBbFrame, at now: Duration) -> [DeviceAction] {
        let isWrite = frame.command == 0x0209
        if isWrite, faults.strikes(.timeout) { return [] }
        if isWrite, faults.strikes(.unplugMidJob) {
            unplugAt = now + options.unplugAfter
            return []
        }
        var events: [DeviceAction] = []
        let answer = execute(frame, at: now, &events)
        // SL500 answers under the number it was called by, YHY under its own.
        let node = options.profile == "yhy" ? Self.node : frame.node
        var bytes = codec.encode(AaBbFrame(node: node, command: frame.command, payload: answer))
        let status = answer.first ?? 0
        if status != 0, faults.strikes(.oddChecksum) { bytes[bytes.count - 1] = status }
        if faults.strikes(.badChecksum) { bytes[bytes.count - 1] ^= 0x40 }
        if status != 0 { events.append(.report(.answered(String(status, radix: 16, uppercase: true)))) }
        return [.send(bytes)] + events
    }
}

// MARK: - Commands

extension AaBbDevice {
    private enum Status {
        static let ok: UInt8 = 0x00
        static let general: UInt8 = 0x0A
        static let unknown: UInt8 = 0x0B
        static let parameter: UInt8 = 0x0C
        static let request: UInt8 = 0x14
        static let authentication: UInt8 = 0x16
        static let read: UInt8 = 0x17
        static let write: UInt8 = 0x18
    }

    /// Status, and what was asked for.
    private mutating func execute(_ frame: AaBbFrame, at now: Duration, _ events: inout [DeviceAction]) -> [UInt8] {
        let payload = frame.payload
        switch (frame.command, payload.count) {
        case (0x0101, 1), (0x0106, 1), (0x0107, 1): return [Status.ok]
        case (0x0103, 0): return [Status.ok, UInt8(Self.node & 0xFF), UInt8(Self.node >> 8)]
        case (0x0104, 0): return [Status.ok] + Array("SL500A-1.6".utf8)
        case (0x010C, 1):
            selection = .none
            card?.select()
            return [Status.ok]
        case (0x0201, 1): return call(all: payload[0] == 0x52)
        case (0x0202, 1):
            guard let card, selection == .called else { return [Status.general] }
            return [Status.ok] + (card.hasPages ? [0x88] + card.uid[..<3] : card.uid)
        case (0x0203, 4):
            guard let card, payload == card.uid, select() else { return [Status.general] }
            return [Status.ok, card.sak]
        case (0x0212, 0):
            guard let card, card.hasPages, select() else { return [Status.general] }
            return [Status.ok] + card.uid
        case (0x0204, 0):
            card?.halt()
            selection = .none
            return [Status.ok]
        case (0x0207, 8): return authenticate(payload)
        case (0x0208, 1):
            guard selection == .selected, let bytes = card?.read(Int(payload[0])) else { return [Status.read] }
            return [Status.ok] + bytes
        case (0x0209, 17): return write(payload, at: now, &events)
        case (0x0101...0x0107, _), (0x0201...0x0212, _): return [Status.parameter]
        default: return [Status.unknown]
        }
    }

    private mutating func call(all: Bool) -> [UInt8] {
        selection = .none
        guard let card, all || !card.isHalted else { return [Status.request] }
        selection = .called
        return [Status.ok, card.hasPages ? 0x44 : 0x04, 0x00]
    }

    private mutating func select() -> Bool {
        guard selection == .called else { return false }
        card?.select()
        selection = .selected
        return true
    }

    private mutating func authenticate(_ payload: [UInt8]) -> [UInt8] {
        guard selection == .selected, var card else { return [Status.authentication] }
        let fits = card.authenticate(Int(payload[1]), key: Array(payload[2...]), isB: payload[0] == 0x61) && !faults.strikes(.wrongKey)
        if !fits {
            card.halt()
            selection = .none
        }
        self.card = card
        return [fits ? Status.ok : Status.authentication]
    }

    private mutating func write(_ payload: [UInt8], at now: Duration, _ events: inout [DeviceAction]) -> [UInt8] {
        if card != nil, faults.strikes(.cardLifted) { moveCard(at: now) }
        guard selection == .selected, var card, card.write(Int(payload[0]), Array(payload[1...])) else { return [Status.write] }
        self.card = card
        nextMove = now + Self.stay
        let content = ["block \(payload[0])": SimulatedCard.hex(Array(payload[1...]))]
        events.append(.report(.cardCut(SimulatedCard(number: cardsSeen, uid: card.uid, content: content))))
        return [Status.ok]
    }
}
