// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

@testable import Simulators

/// The other side of TinyDriver's line: says that it is there, and makes keys for the rooms that it knows.
struct TinyEncoder: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var codec = StxEtxCodec(StxEtxParameters(check: .xor(.end), maximumLength: 64))
    private var cardsMade = 0

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
    }

    var nextDeadline: Duration? { nil }
    mutating func advance(to now: Duration) -> [DeviceAction] { [] }
    mutating func loseLine() { codec.reset() }
    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { faults.set(fault, occurrence) }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        codec.receive(bytes)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            guard case .frame(let frame) = decoded, !faults.strikes(.silent) else { continue }
            switch frame {
            case .enq: actions.append(.send(codec.encode(.ack)))
            case .message(let body): actions += order(String(decoding: body, as: UTF8.self))
            default: break
            }
        }
        return actions
    }

    /// `NEW 101 202611231200`
    private mutating func order(_ text: String) -> [DeviceAction] {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[0] == "NEW", options.rooms?.contains(words[1]) ?? true else {
            return [.send(codec.encode(.message(Array("E1".utf8))))]
        }
        cardsMade += 1
        let card = SimulatedCard(number: cardsMade, command: "NEW", rooms: [words[1]], till: words[2])
        return [.report(.cardCut(card)), .send(codec.encode(.message(Array("OK".utf8))))]
    }
}
