// SPDX-License-Identifier: Apache-2.0
import Framing

/// The hotel system's end of a FIAS link, as a value: starts the link, sends the records it was given one after the other for each
/// encoder, and tells of every answer.
struct FiasHotelSystem: DeviceMachine {
    private var speech: FiasSpeech
    private var isAlive = false
    private var hasSaidLS = false
    /// Still to be sent, in order.
    private var orders: [FiasRecord]
    /// WS of what waits for its answer, by KC.
    private var open: [String: String] = [:]
    private var now = Duration.zero
    private var nextLS: Duration? = .zero

    init(_ options: SimulatorOptions) throws(SimulatorFault) {
        speech = FiasSpeech(isSerial: options.network == nil)
        orders = []
        for text in options.records { orders.append(try Self.record(text)) }
    }

    /// `KR|KC01|RN101|` as it is written in a log.
    static func record(_ text: String) throws(SimulatorFault) -> FiasRecord {
        var codec = FiasCodec(check: false)
        codec.receive([0x02] + Array(text.utf8) + [0x03])
        guard case .frame(.record(let record))? = codec.next() else {
            throw SimulatorFault("'\(text)' is no record: write one such as KR|KC01|KTN|RN101|GD261123|DT11:00|WS1|")
        }
        return record
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {}

    mutating func loseLine() {
        speech.reset()
        isAlive = false
        nextLS = now
    }

    var nextDeadline: Duration? { nextLS }

    /// LS until the lock side has answered; what was lost with a line is said again two seconds later.
    mutating func advance(to now: Duration) -> [DeviceAction] {
        self.now = now
        guard let due = nextLS, due <= now else { return [] }
        nextLS = isAlive ? nil : now + .seconds(2)
        return isAlive ? [] : say(FiasRecord("LS", [.init("DA", "261121"), .init("TI", "140000")]))
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        self.now = now
        let heard = speech.hear(bytes) { false }
        var actions: [DeviceAction] = heard.replies.isEmpty ? [] : [.send(heard.replies)]
        for record in heard.records { actions += take(record) }
        return actions
    }

    private mutating func take(_ record: FiasRecord) -> [DeviceAction] {
        var actions: [DeviceAction] = [.report(.record("< " + Self.text(record)))]
        switch record.kind {
        case "LS": actions += say(FiasRecord(isAlive ? "LA" : "LS", [.init("DA", "261121"), .init("TI", "140000")]))
        case "LA":
            let wasAlive = isAlive
            isAlive = true
            nextLS = nil
            if !wasAlive { actions += say(FiasRecord("LA", [.init("DA", "261121"), .init("TI", "140000")])) }
        case "LE":
            isAlive = false
            actions += say(FiasRecord("LE"))
        case "KA", "KZ":
            if let encoder = record["KC"], open[encoder] == record["WS"] { open[encoder] = nil }
        default: break
        }
        return actions + sendDue()
    }

    /// One record at a time for each encoder, as hotel systems do.
    private mutating func sendDue() -> [DeviceAction] {
        guard isAlive else { return [] }
        var actions: [DeviceAction] = []
        var later: [FiasRecord] = []
        for record in orders {
            let encoder = record["KC"] ?? ""
            if open[encoder] == nil, !later.contains(where: { $0["KC"] == encoder }) {
                if record.kind.hasPrefix("K") { open[encoder] = record["WS"] ?? "" }
                actions += say(record)
            } else {
                later.append(record)
            }
        }
        orders = later
        return actions
    }

    private mutating func say(_ record: FiasRecord) -> [DeviceAction] {
        let bytes = speech.say(record)
        return (bytes.isEmpty ? [] : [.send(bytes)]) + [.report(.record("> " + Self.text(record)))]
    }

    /// As it stands in a log, without the guest's name.
    private static func text(_ record: FiasRecord) -> String {
        ([record.kind] + record.fields.filter { $0.tag != "GN" }.map { $0.tag + $0.value }).joined(separator: "|") + "|"
    }
}

/// The hotel system's end of a FIAS link, to try a lock system against.
public enum FiasPractice {
    public static func make(_ options: SimulatorOptions) throws(SimulatorFault) -> any Simulator {
        try PseudoTerminalHost(try FiasHotelSystem(options), options: options)
    }
}
