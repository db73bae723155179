// SPDX-License-Identifier: Apache-2.0

/// The same encoder behind USB packets of 64 bytes, as in an MSR605X: first byte 80 for the first, 40 for the last packet of a message,
/// plus how many of the other 63 count.
struct MsrPackets: DeviceMachine {
    private var encoder: MsrEncoder
    private var received: [UInt8] = []
    private var message: [UInt8] = []
    /// What the encoder's buffer still holds from before.
    private var stale = [UInt8](repeating: 0, count: 63)
    private var faults: FaultSchedule

    init(_ options: SimulatorOptions) {
        encoder = MsrEncoder(options)
        faults = FaultSchedule(options.faults)
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        received += bytes
        var actions: [DeviceAction] = []
        while received.count >= 64 {
            let packet = received.prefix(64)
            received.removeFirst(64)
            let header = packet[packet.startIndex]
            if header >= 0x80 { message = [] }
            message += packet.dropFirst().prefix(Int(header % 64))
            remember(Array(packet.dropFirst()))
            guard header / 64 % 2 == 1 else { continue }
            actions += encoder.receive(message, at: now)
            message = []
        }
        return actions.flatMap { wrap($0) }
    }

    mutating func advance(to now: Duration) -> [DeviceAction] { encoder.advance(to: now).flatMap { wrap($0) } }
    var nextDeadline: Duration? { encoder.nextDeadline }

    mutating func loseLine() {
        (received, message) = ([], [])
        encoder.loseLine()
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {
        faults.set(fault, occurrence)
        encoder.set(fault, occurrence)
    }

    private mutating func wrap(_ action: DeviceAction) -> [DeviceAction] {
        guard case .send(let bytes) = action else { return [action] }
        let pieces = stride(from: 0, to: bytes.count, by: 63).map { Array(bytes[$0..<min(bytes.count, $0 + 63)]) }
        let dirty = faults.strikes(.stalePadding)
        return pieces.enumerated().map { number, piece in
            var header = UInt8(piece.count)
            if number == 0 { header += 0x80 }
            if number == pieces.count - 1 { header += 0x40 }
            let padding = dirty ? Array(stale.dropFirst(piece.count)) : [UInt8](repeating: 0, count: 63 - piece.count)
            remember(piece + padding)
            return .send([header] + piece + padding)
        }
    }

    private mutating func remember(_ content: [UInt8]) { stale = Array(content.prefix(63)) }
}
