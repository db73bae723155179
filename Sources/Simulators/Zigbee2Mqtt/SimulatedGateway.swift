// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// What a simulated Zigbee2MQTT and its locks do: a value, messages in, messages out. Written from what the real converters send
/// (zigbee-herdsman-converters df720053), not from the driver.
struct SimulatedGateway: SimulatedLocks {
    /// A lock with its keypad.
    struct Door: Sendable {
        var slots: [Int: String] = [:]
        /// What the gateway remembers of each slot and repeats at every change.
        var remembered: [Int: String] = [:]
        var switchedOff: Set<Int> = []
    }

    /// How its locks tell what became of a command. Each was seen.
    enum Manner: String, Sendable, Hashable, CaseIterable {
        /// Only when asked.
        case asked
        /// By `pin_code_added` and `pin_code_deleted` over the air, beside what the gateway remembers from before.
        case signs
        /// By the time of the last save or clear, and by nothing else; no question is answered (homeassistant-lockly #49).
        case stamps
        /// When asked, with `"pin_code":{}` in every slot that is taken (zigbee2mqtt #32289).
        case brokenCode
        /// When asked; what is typed at the keypad is switched off.
        case disabled
    }

    let base: String
    let manner: Manner
    var showsCodes: Bool
    /// How many slots each lock has.
    let slotCount: Int
    private(set) var doors: [String: Door]
    private var stamp = 1_700_000_000_000
    private var faults: FaultSchedule
    private let lateBy: Duration

    init(
        base: String = "zigbee2mqtt", locks: [String], slotCount: Int = 50, manner: Manner = .asked, showsCodes: Bool = false,
        faults: [SimulatedFault: FaultOccurrence] = [:], lateBy: Duration = .seconds(35)
    ) {
        self.base = base
        self.slotCount = slotCount
        self.manner = manner
        self.showsCodes = showsCodes
        self.lateBy = lateBy
        self.faults = FaultSchedule(faults)
        doors = Dictionary(locks.map { ($0, Door()) }, uniquingKeysWith: { first, _ in first })
    }

    var stateTopic: String? { "\(base)/bridge/state" }
    var codes: [String: [String: String]] {
        doors.mapValues { door in Dictionary(uniqueKeysWithValues: door.slots.map { (String($0.key), $0.value) }) }
    }
    var topics: [String] { doors.keys.sorted().flatMap { ["\(base)/\($0)/set", "\(base)/\($0)/get", "\(base)/\($0)/keypad"] } }

    /// What the gateway says when it has come to the broker.
    func greeting() -> [MQTTMessage] {
        let devices = doors.keys.sorted().map { name in
            """
            {"friendly_name":\(Self.quoted(name)),"definition":{"model":"SIM-LOCK","vendor":"Simulated","exposes":[{"type":"composite",\
            "name":"pin_code","property":"pin_code","features":[{"type":"numeric","name":"user","value_min":0,"value_max":\(slotCount - 1)},\
            {"type":"enum","name":"user_type"},{"type":"binary","name":"user_enabled"},{"type":"text","name":"pin_code"}]}]}}
            """
        }
        return [
            MQTTMessage("\(base)/bridge/state", #"{"state":"online"}"#, isRetained: true),
            MQTTMessage("\(base)/bridge/devices", "[\(devices.joined(separator: ","))]", isRetained: true),
        ] + doors.keys.sorted().map { MQTTMessage("\(base)/\($0)/availability", #"{"state":"online"}"#, isRetained: true) }
    }

    private struct Order: Decodable {
        struct Slot: Decodable {
            var user: Int?
            var pin_code: Code?
            /// A key that is there and null clears, as a missing one does.
            enum Code: Decodable {
                case text(String)
                init(from decoder: any Decoder) throws {
                    let box = try decoder.singleValueContainer()
                    if let text = try? box.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .text(String(try box.decode(Int.self)))
                    }
                }
            }
        }
        var pin_code: Slot
    }

    mutating func receive(_ message: MQTTMessage) -> [Letter] {
        guard message.topic.hasPrefix(base + "/") else { return [] }
        let rest = message.topic.dropFirst(base.count + 1)
        guard let slash = rest.lastIndex(of: "/"), doors[String(rest[..<slash])] != nil else { return [] }
        let name = String(rest[..<slash])
        let verb = rest[rest.index(after: slash)...]
        guard let order = try? JSONDecoder().decode(Order.self, from: Data(message.payload.utf8)), let user = order.pin_code.user else {
            return [failure(of: verb, name, "pin_code is not a object")]
        }
        guard (0..<slotCount).contains(user) else { return [failure(of: verb, name, "user must be in range for device")] }
        if faults.strikes(.silent) { return [] }
        if verb != "keypad", faults.strikes(.timeout) { return [failure(of: verb, name, "timed out after 10000ms")] }
        let isLate = faults.strikes(.lateAnswer)
        let after: Duration = isLate ? lateBy : .milliseconds(150)
        switch verb {
        case "set", "keypad":
            let source = verb == "set" ? (1, "rf") : (0, "keypad")
            let action: String
            if case .text(let code)? = order.pin_code.pin_code, !code.isEmpty {
                action = doors[name]?.slots[user] == nil ? "pin_code_added" : "pin_code_changed"
                doors[name]?.slots[user] = code
                if manner == .disabled, verb == "keypad" { doors[name]?.switchedOff.insert(user) }
            } else {
                action = "pin_code_deleted"
                doors[name]?.slots[user] = nil
                doors[name]?.switchedOff.remove(user)
            }
            let sign = #""action":"\#(action)","action_user":\#(user),"action_source":\#(source.0),"action_source_name":"\#(source.1)""#
            switch manner {
            case .stamps:
                stamp += 1000
                return [state(name, after, #""last_successful_pincode_\#(action == "pin_code_deleted" ? "clear" : "save")":\#(stamp)"#)]
            case .signs: return [state(name, after, sign)]
            case .asked, .brokenCode, .disabled:
                // The lock tells of its keypad by itself; of what came over the air only when asked.
                if verb == "set" { return [] }
                remember(user, of: name)
                return [state(name, after, sign)]
            }
        case "get":
            if manner != .stamps { remember(user, of: name) }
            return [state(name, after, nil)]
        default: return []
        }
    }

    /// What the gateway is told of a slot, and repeats from then on.
    private mutating func remember(_ user: Int, of name: String) {
        let code = doors[name]?.slots[user]
        let isOff = doors[name]?.switchedOff.contains(user) == true
        let shown =
            if manner == .brokenCode, code != nil { #","pin_code":{}"# } else if showsCodes {
                #","pin_code":\#(Self.quoted(code ?? ""))"#
            } else { "" }
        doors[name]?.remembered[user] = #"{"status":"\#(code == nil ? "available" : isOff ? "disabled" : "enabled")"\#(shown)}"#
    }

    private func state(_ name: String, _ after: Duration, _ action: String?) -> Letter {
        let door = doors[name] ?? Door()
        let users = door.remembered.sorted { $0.key < $1.key }.map { slot, word in #""\#(slot)":\#(word)"# }
        let members = [#""battery":87"#, #""state":"LOCK""#, #""users":{\#(users.joined(separator: ","))}"#] + [action].compactMap(\.self)
        return Letter(after: after, message: MQTTMessage("\(base)/\(name)", "{\(members.joined(separator: ","))}"))
    }

    private func failure(of verb: Substring, _ name: String, _ why: String) -> Letter {
        let text = "Publish '\(verb)' 'pin_code' to '\(name)' failed: '\(why)'"
        return Letter(
            after: .milliseconds(50),
            message: MQTTMessage("\(base)/bridge/logging", #"{"level":"error","message":\#(Self.quoted(text)),"namespace":"z2m"}"#))
    }

    private static func quoted(_ text: String) -> String {
        // A text alone always encodes.
        (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
