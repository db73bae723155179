// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// A lock behind Zigbee2MQTT. The window is ours to keep: the standard cluster has no schedule that this gateway would set.
///
/// Sources: zigbee-herdsman-converters df720053 (26.99.0) for payloads, zigbee2mqtt 6835cbf5 for topics.
public struct Zigbee2MqttDriver: LockDriver {
    public static let manifest = LockManifest(name: "zigbee2mqtt", title: "Zigbee2MQTT")

    /// `zigbee2mqtt`
    private let base: String
    /// The friendly name; may hold slashes: `Floor 1/Room 101`.
    private let name: String
    public let traits: LockTraits
    /// When the lock last saved and cleared, by its own count: a value told again is no news.
    private var lastSave: Json?
    private var lastClear: Json?
    private var heard = false
    private var bridgeIsUp = true
    private var isAvailable: Bool?

    public init(_ settings: LockSettings) throws(LockSettingsFault) {
        let topic = settings.topic
        guard let slash = topic.firstIndex(of: "/"), slash != topic.startIndex, topic.index(after: slash) < topic.endIndex,
            !topic.contains("#"), !topic.contains("+")
        else {
            throw LockSettingsFault(
                "topic", "write the base topic of Zigbee2MQTT, a slash and the lock's friendly name, such as \"zigbee2mqtt/Room 101\"")
        }
        guard let slots = settings.slots else {
            throw LockSettingsFault("slots", "write which slots of the lock are the bridge's, such as 10-29: others are never touched")
        }
        base = String(topic[..<slash])
        name = String(topic[topic.index(after: slash)...])
        traits = LockTraits(slots: slots, keepsWindow: false, constraints: CodeConstraints(lengths: 4...9))
    }

    private var topic: String { "\(base)/\(name)" }

    public var topics: [String] {
        [topic, "\(topic)/availability", "\(base)/bridge/state", "\(base)/bridge/devices", "\(base)/bridge/logging"]
    }

    public mutating func reconnected() {
        (heard, isAvailable, bridgeIsUp) = (false, nil, true)
    }

    // MARK: Out

    private struct Slot: Encodable {
        var user: Int
        var user_type: String?
        var user_enabled: Bool?
        /// Text, never a number: a number loses its leading zeros.
        var pin_code: String?
    }

    public func messages(for command: LockCommand) -> [MQTTMessage] {
        switch command {
        case .ask(let slot): [message("get", Slot(user: slot))]
        case .set(let slot, let code, _):
            [message("set", Slot(user: slot, user_type: "unrestricted", user_enabled: true, pin_code: code))]
        case .clear(let slot): [message("set", Slot(user: slot))]
        // Without a window on the lock there is nothing to move.
        case .reschedule: []
        }
    }

    private func message(_ verb: String, _ slot: Slot) -> MQTTMessage {
        MQTTMessage("\(topic)/\(verb)", JsonText.of(["pin_code": slot]))
    }

    // MARK: In

    public mutating func read(_ message: MQTTMessage) -> [LockReport] {
        switch message.topic {
        case topic: return state(message)
        case "\(topic)/availability":
            isAvailable = Self.isOnline(message.payload)
            return reachable
        case "\(base)/bridge/state":
            bridgeIsUp = Self.isOnline(message.payload) ?? true
            return reachable
        case "\(base)/bridge/devices": return device(in: message.payload)
        case "\(base)/bridge/logging" where !message.isRetained: return failure(in: message.payload)
        default: return []
        }
    }

    private var reachable: [LockReport] { [.reachable(bridgeIsUp && isAvailable != false)] }

    /// `{"state":"online"}`, or before version 2 the bare word.
    private static func isOnline(_ payload: String) -> Bool? {
        let word = Json(payload)?["state"]?.string ?? payload
        return word == "online" ? true : word == "offline" ? false : nil
    }

    private mutating func state(_ message: MQTTMessage) -> [LockReport] {
        guard let state = Json(message.payload), case .object = state else { return [] }
        let origin: SlotOrigin = message.isRetained ? .retained : .gateway
        var reports: [LockReport] = [.heard]
        for (slot, user) in state["users"]?.members.compactMap({ key, user in Int(key).map { ($0, user) } }).sorted(by: { $0.0 < $1.0 })
            ?? []
        {
            if let content = Self.content(user) { reports.append(.slot(slot, content, origin)) }
        }
        if let battery = state["battery"]?.integer { reports.append(.battery(battery)) }
        reports += saves(state)
        // What the broker kept is no event of now.
        if !message.isRetained { reports += action(state) }
        return reports
    }

    /// Only `available` is free: `enabled` without a code is taken and hidden, `disabled` is taken too.
    private static func content(_ user: Json) -> SlotContent? {
        let code: String? =
            switch user["pin_code"] {
            case .text(let text)?: text.isEmpty ? nil : text
            // One version told `{}` here (zigbee2mqtt #32289), and a number has lost its leading zeros: not known.
            default: nil
            }
        switch user["status"]?.string {
        case "available": return .available
        case "enabled": return .enabled(code: code)
        case "disabled": return .disabled
        case let word?: return .unknown(String(word.prefix(40)))
        case nil: return nil
        }
    }

    /// Some locks tell nothing but these two (homeassistant-lockly #49). The first value after a start may be an old one.
    private mutating func saves(_ state: Json) -> [LockReport] {
        defer { heard = true }
        var reports: [LockReport] = []
        if let save = state["last_successful_pincode_save"], save != .null, save != lastSave {
            if heard { reports.append(.saved(slot: nil, byHand: false)) }
            lastSave = save
        }
        if let clear = state["last_successful_pincode_clear"], clear != .null, clear != lastClear {
            if heard { reports.append(.cleared(slot: nil, byHand: false)) }
            lastClear = clear
        }
        return reports
    }

    private func action(_ state: Json) -> [LockReport] {
        guard let action = state["action"]?.string, !action.isEmpty else { return [] }
        let slot = state["action_user"]?.integer
        let source = state["action_source_name"]?.string.map { String($0.prefix(20)) }
        let byHand = source == "keypad" || state["action_source"]?.integer == 0
        switch action {
        case "pin_code_added", "pin_code_changed": return slot.map { [.saved(slot: $0, byHand: byHand)] } ?? []
        case "pin_code_deleted": return slot.map { [.cleared(slot: $0, byHand: byHand)] } ?? []
        case _ where action.contains("failure") || action.contains("invalid"):
            return [.used(LockUse(kind: .refused, slot: slot, source: source))]
        case _ where action == "unlock" || action.hasSuffix("_unlock"): return [.used(LockUse(kind: .unlocked, slot: slot, source: source))]
        case _ where action == "lock" || action.hasSuffix("_lock"): return [.used(LockUse(kind: .locked, slot: slot, source: source))]
        default: return []
        }
    }

    /// How many slots there are stands in the description of what the lock exposes: `user`, 0 to n - 1.
    private func device(in payload: String) -> [LockReport] {
        guard let devices = Json(payload)?.elements, let device = devices.first(where: { $0["friendly_name"]?.string == name }) else {
            return []
        }
        let exposed = device["definition"]?["exposes"]?.elements ?? []
        let code = exposed.first { $0["property"]?.string == "pin_code" || $0["name"]?.string == "pin_code" }
        let user = code?["features"]?.elements.first { $0["name"]?.string == "user" }
        return user?["value_max"]?.integer.map { [.slotCount($0 + 1)] } ?? []
    }

    /// `Publish 'set' 'pin_code' to 'NAME' failed: ...` is the only word that a failure gets.
    private func failure(in payload: String) -> [LockReport] {
        guard let line = Json(payload), line["level"]?.string == "error", let text = line["message"]?.string,
            text.contains("'pin_code'"), text.contains("to '\(name)' failed")
        else { return [] }
        // What stands behind may quote what was sent: of it only known words go on.
        let known = ["user must be in range for device", "timed out", "timeout", "not a object", "no response", "delivery failed"]
        let why = known.first { text.lowercased().contains($0) } ?? "no known reason"
        if why == known[0] {
            return [.noSuchSlot("\(name) has no slot of that number: write fewer slots under locks.")]
        }
        return [.refused("Zigbee2MQTT could not reach \(name) (\(why)): it is tried again; see its log if this stays.")]
    }
}
