// SPDX-License-Identifier: Apache-2.0
import Framing

/// What each command does (UM0701-02, section 7). A command with parameters that it does not have gets the error frame.
extension Pn532Chip {
    mutating func execute(_ command: [UInt8], at now: Duration) -> (Pn532Frame, [SimulatorEvent]) {
        let parameters = Array(command.dropFirst())
        func done(_ bytes: [UInt8] = []) -> (Pn532Frame, [SimulatorEvent]) { (.response([command[0] &+ 1] + bytes), []) }
        switch (command[0], parameters.count) {
        case (0x00, 1...): return (diagnose(parameters), [])
        case (0x02, 0): return done([0x32, 0x01, 0x06, 0x07])
        // General status: no error, field on or off, one card or none, no security module.
        case (0x04, 0): return done([0x00, 0x01, target == nil ? 0x00 : 0x01] + (target == nil ? [] : [0x01, 0x00, 0x00, 0x00]) + [0x80])
        case (0x06, 2...) where parameters.count.isMultiple(of: 2): return done(read(registers: parameters))
        case (0x08, 3...) where parameters.count.isMultiple(of: 3):
            for index in stride(from: 0, to: parameters.count, by: 3) {
                registers[UInt16(parameters[index]) << 8 | UInt16(parameters[index + 1])] = parameters[index + 2]
            }
            return done()
        case (0x10, 1): return changeSpeedWithNextAcknowledge(parameters[0]) ? done() : (.applicationError, [])
        case (0x12, 1), (0x14, 1...): return done()
        // Power-down: any byte on the line wakes it again.
        case (0x16, 1...): return done([0x00])
        case (0x32, 2...): return (configureRadio(parameters), [])
        // Authentication takes four bytes of a serial number, never more.
        case (0x40, 2...) where [0x60, 0x61].contains(parameters[1]) && parameters.count != 13: return (.applicationError, [])
        case (0x40, 2...):
            let (status, events) = exchange(parameters, at: now)
            return (.response([0x41] + status), events)
        case (0x42, 1...): return done(passThrough(parameters))
        case (0x44, 1), (0x52, 1):
            target = nil
            return done([0x00])
        case (0x54, 1): return done([target == nil ? 0x27 : 0x00])
        case (0x4A, 2...): return (list(command), [])
        case (0x60, 3...): return (poll(command), [])
        default: return (.applicationError, [])
        }
    }

    private func diagnose(_ parameters: [UInt8]) -> Pn532Frame {
        switch parameters[0] {
        case 0x00: .response([0x01] + parameters)
        case 0x01, 0x02: .response([0x01, 0x00])
        case 0x06: .response([0x01, traffic.card == nil ? 0x01 : 0x00])
        default: .applicationError
        }
    }

    private func read(registers addresses: [UInt8]) -> [UInt8] {
        stride(from: 0, to: addresses.count, by: 2).map { registers[UInt16(addresses[$0]) << 8 | UInt16(addresses[$0 + 1])] ?? 0 }
    }

    private mutating func configureRadio(_ parameters: [UInt8]) -> Pn532Frame {
        switch (parameters[0], parameters.count) {
        case (0x01, 2): if parameters[1] & 1 == 0 { loseField() }
        case (0x05, 4): activationRetries = parameters[3]
        case (0x02, 4), (0x04, 2), (0x0A, 12), (0x0B, 9), (0x0C, 4), (0x0D, 10): break
        default: return .applicationError
        }
        return .response([0x33])
    }

    private mutating func loseField() {
        target = nil
        isHalted = false
        if var card = traffic.card {
            card.shut()
            traffic.keep(card)
        }
    }

    /// Listing by the chip itself, of several kinds of cards in turn: which kind it found stands before the card.
    private mutating func poll(_ command: [UInt8]) -> Pn532Frame {
        // Any card, or MIFARE, at 106 kbit/s.
        guard let kind = command[3...].first(where: { $0 == 0x10 || $0 == 0x00 }), case .response(let listed) = list([0x4A, 1, 0]),
            listed.count > 2
        else { return .response([0x61, 0x00]) }
        let card = Array(listed[2...])
        return .response([0x61, 1, kind, UInt8(card.count)] + card)
    }

    /// Lists the card that lies there: only ISO 14443 A at 106 kbit/s, and only the one that is asked for.
    mutating func list(_ command: [UInt8]) -> Pn532Frame {
        guard (1...2).contains(command[1]), command[2] <= 4 else { return .applicationError }
        target = nil
        guard command[2] == 0, var card = traffic.card else { return .response([0x4B, 0x00]) }
        let wanted = Array(command[3...])
        guard wanted.isEmpty || wanted == card.uid || wanted == [0x88] + card.uid else { return .response([0x4B, 0x00]) }
        card.shut()
        traffic.keep(card)
        target = card.uid
        isHalted = false
        return .response([0x4B, 0x01, 0x01] + card.selectionAnswer + [card.sak, UInt8(card.uid.count)] + card.uid)
    }
}
