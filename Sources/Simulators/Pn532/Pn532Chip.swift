// SPDX-License-Identifier: Apache-2.0
import Framing

/// An NXP PN532 on a serial line, with cards that come and go, as a value. Good enough for libnfc.
struct Pn532Chip: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var codec = Pn532Codec()
    private var ear = Ear()
    var traffic: CardTraffic
    /// The listed card; commands reach it only as long as it lies there and was not halted.
    var target: [UInt8]?
    var isHalted = false
    var registers: [UInt16: UInt8] = [:]
    /// Tries for a passive card; 255 never gives up.
    var activationRetries: UInt8 = 0xFF
    /// A list command that waits for its card.
    private var waitingList: [UInt8]?
    private var waitsUntil: Duration?
    /// What a NACK asks to hear again.
    private var lastResponse: [UInt8] = []
    private var hasAnswered = false
    /// Speed of the chip, once it is another than at its start.
    private var speed: Int?
    /// The speed that it changes to with the host's ACK.
    private var nextSpeed: Int?
    private var lineSpeed: Int?
    private var unplugAt: Duration?

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
        traffic = CardTraffic(options)
        if faults.strikes(.wrongSpeed) { speed = 921_600 }
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { faults.set(fault, occurrence) }
    mutating func strikes(_ fault: SimulatedFault) -> Bool { faults.strikes(fault) }
    mutating func lineRuns(at baud: Int?) { lineSpeed = baud }

    /// Without power the chip forgets everything; the card lies where it lay.
    mutating func loseLine() {
        codec.reset()
        target = nil
        isHalted = false
        registers = [:]
        activationRetries = 0xFF
        waitingList = nil
        hasAnswered = false
        speed = nil
        nextSpeed = nil
        unplugAt = nil
    }

    var nextDeadline: Duration? { [unplugAt, traffic.nextMove, waitingList == nil ? nil : waitsUntil].compactMap { $0 }.min() }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        if let moment = unplugAt, moment <= now { return [.unplug(for: options.absence)] }
        var actions: [DeviceAction] = []
        while let moment = traffic.nextMove, moment <= now {
            actions += traffic.move(at: moment, &faults).map { .report($0) }
            if let waiting = waitingList, traffic.card != nil {
                waitingList = nil
                actions += respond(execute(waiting, at: now).0)
            }
        }
        if let waiting = waitingList, let moment = waitsUntil, moment <= now {
            waitingList = nil
            actions += respond(execute(waiting, at: now).0)
        }
        return actions
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        // Either side hears the other's bits at the wrong places.
        if let speed, let lineSpeed, speed != lineSpeed { return [.send([0x98, 0x80])] }
        ear.hear(bytes, at: now, into: &codec)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            guard case .frame(let frame) = decoded else {
                actions += [.send(codec.encode(.refuse)), .report(.refused)]
                continue
            }
            actions += take(frame, at: now)
        }
        return actions
    }

    private mutating func take(_ frame: Pn532Frame, at now: Duration) -> [DeviceAction] {
        switch frame {
        case .acknowledge:
            waitingList = nil
            if let nextSpeed { speed = nextSpeed }
            nextSpeed = nil
            return []
        case .refuse: return hasAnswered ? [.send(lastResponse)] : []
        case .command(let bytes):
            if faults.strikes(.silent) { return [] }
            if faults.strikes(.nak) { return [.send(codec.encode(.refuse)), .report(.refused)] }
            waitingList = nil
            let acknowledge = codec.encode(.acknowledge)
            var actions: [DeviceAction] = [.send(faults.strikes(.duplicateAck) ? acknowledge + acknowledge : acknowledge)]
            if faults.strikes(.timeout) { return actions }
            if isWrite(bytes), faults.strikes(.unplugMidJob) {
                unplugAt = now + options.unplugAfter
                return actions
            }
            if traffic.card == nil, let patience = patience(of: bytes) {
                waitingList = bytes
                waitsUntil = patience == .zero ? nil : now + patience
                return actions
            }
            let (answer, events) = execute(bytes, at: now)
            actions += events.map { .report($0) }
            return actions + respond(answer)
        case .applicationError, .response, .wakeUp: return []
        }
    }

    /// Sends a response, or a damaged one that a NACK brings again.
    private mutating func respond(_ answer: Pn532Frame) -> [DeviceAction] {
        lastResponse = codec.encode(answer)
        hasAnswered = true
        var bytes = lastResponse
        if faults.strikes(.badChecksum) { bytes[bytes.count - 2] ^= 0x40 }
        return [.send(bytes)]
    }

    mutating func changeSpeedWithNextAcknowledge(_ code: UInt8) -> Bool {
        let speeds = [9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600, 1_288_000]
        guard speeds.indices.contains(Int(code)) else { return false }
        nextSpeed = speeds[Int(code)]
        return true
    }

    /// How long a command waits for a card; zero: for ever; `nil`: not at all.
    private func patience(of command: [UInt8]) -> Duration? {
        switch command.first {
        case 0x4A where command.count > 2 && command[2] == 0 && activationRetries == 0xFF: return .zero
        // So many rounds, each of a period in 150 ms for every kind of card.
        case 0x60 where command.count > 3 && command[1] > 0:
            return command[1] == 0xFF ? .zero : .milliseconds(150 * Int(command[1]) * Int(command[2]) * (command.count - 3))
        default: return nil
        }
    }

    private func isWrite(_ command: [UInt8]) -> Bool {
        command.count > 2 && command[0] == 0x40 && (command[2] == 0xA0 || command[2] == 0xA2)
    }
}
