// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// A Nuki lock behind Nuki Hub (technyon/nuki_hub 5cbb7e25). The lock keeps the window itself, in its own local time.
///
/// Nuki numbers its codes itself (`codeId`); ours are found again by their name, which is all that we choose: `EB 10` is our slot 10.
/// There is no id that joins an answer to a command: one command at a time.
public struct NukiHubDriver: LockDriver {
    public static let manifest = LockManifest(name: "nuki-hub", title: "Nuki Hub")
    private static let namePrefix = "EB "

    private let topic: String
    private let zone: TimeZone
    public let traits: LockTraits
    private var codeIDs: [Int: Int] = [:]
    private var hasList = false
    private var inHand: LockCommand?

    public init(_ settings: LockSettings) throws(LockSettingsFault) {
        guard !settings.topic.isEmpty, !settings.topic.hasPrefix("/"), !settings.topic.hasSuffix("/"), !settings.topic.contains("#"),
            !settings.topic.contains("+")
        else { throw LockSettingsFault("topic", "write the base topic of Nuki Hub and what it controls, such as \"nukihub/lock\"") }
        topic = settings.topic
        zone = settings.timeZone
        traits = LockTraits(
            slots: settings.slots ?? 1...100, keepsWindow: true,
            constraints: CodeConstraints(lengths: 6...6, hasZero: false, forbiddenStarts: ["12"]))
    }

    public var topics: [String] {
        ["\(topic)/keypad/json", "\(topic)/configuration/commandResultJson", "\(topic)/batteryBasicJson", "\(topic)/log"]
            + ["\(topic.split(separator: "/")[0])/maintenance/mqttConnectionState"]
    }

    public mutating func reconnected() {
        inHand = nil
        hasList = false
    }

    // MARK: Out

    private struct Action: Encodable {
        var action: String
        var codeId: String?
        var code: String?
        var name: String?
        var enabled: String?
        var timeLimited: String?
        var allowedFrom: String?
        var allowedUntil: String?
    }

    public mutating func messages(for command: LockCommand) -> [MQTTMessage] {
        switch command {
        // The list is told at every change: there is no question for one slot.
        case .ask: return []
        case .set(let slot, let code, let window):
            inHand = command
            let times = LocalWindow(window, in: zone)
            // Sent before and perhaps taken: the same name again would be a second code.
            let id = codeIDs[slot].map(String.init)
            return [
                message(
                    Action(
                        action: id == nil ? "add" : "update", codeId: id, code: code, name: Self.namePrefix + String(slot),
                        enabled: id == nil ? nil : "1", timeLimited: "1", allowedFrom: times.from, allowedUntil: times.until))
            ]
        case .reschedule(let slot, let window):
            guard let id = codeIDs[slot] else { return [] }
            inHand = command
            let times = LocalWindow(window, in: zone)
            return [
                message(
                    Action(
                        action: "update", codeId: String(id), name: Self.namePrefix + String(slot), enabled: "1", timeLimited: "1",
                        allowedFrom: times.from, allowedUntil: times.until))
            ]
        case .clear(let slot):
            guard let id = codeIDs[slot] else { return [] }
            inHand = command
            return [message(Action(action: "delete", codeId: String(id)))]
        }
    }

    private func message(_ action: Action) -> MQTTMessage { MQTTMessage("\(topic)/keypad/actionJson", JsonText.of(action)) }

    // MARK: In

    public mutating func read(_ message: MQTTMessage) -> [LockReport] {
        switch message.topic {
        case "\(topic)/keypad/json": return list(message.payload)
        case "\(topic)/configuration/commandResultJson": return result(message)
        case "\(topic)/batteryBasicJson":
            return [.heard] + (Json(message.payload)?["level"]?.integer.map { [.battery($0)] } ?? [])
        case "\(topic)/log": return log(message)
        case let other where other.hasSuffix("/maintenance/mqttConnectionState"): return [.reachable(message.payload != "offline")]
        default: return []
        }
    }

    /// All codes of the keypad. A slot of ours whose name is not in the list is free.
    private mutating func list(_ payload: String) -> [LockReport] {
        guard let list = Json(payload), case .list = list else { return [] }
        var reports: [LockReport] = [.heard]
        codeIDs = [:]
        hasList = true
        var taken: [Int: SlotContent] = [:]
        for entry in list.elements {
            guard let name = entry["name"]?.string, name.hasPrefix(Self.namePrefix), let slot = Int(name.dropFirst(Self.namePrefix.count)),
                let id = entry["codeId"]?.integer
            else { continue }
            codeIDs[slot] = id
            taken[slot] = entry["enabled"]?.integer == 0 ? .disabled : .enabled(code: nil)
        }
        for slot in traits.slots { reports.append(.slot(slot, taken[slot] ?? .available)) }
        return reports
    }

    private mutating func result(_ message: MQTTMessage) -> [LockReport] {
        // A retained result is of a command of long ago.
        guard !message.isRetained, let command = inHand else { return [] }
        let word = Json(message.payload)?["result"]?.string ?? Json(message.payload)?.string ?? message.payload
        switch word {
        case "working", "--": return []
        case "success":
            inHand = nil
            switch command {
            case .set(let slot, _, _), .reschedule(let slot, _): return [.heard, .saved(slot: slot, byHand: false)]
            case .clear(let slot): return [.heard, .cleared(slot: slot, byHand: false)]
            case .ask: return []
            }
        default:
            inHand = nil
            return [.refused(Self.sentence(word))]
        }
    }

    private static func sentence(_ word: String) -> String {
        switch word {
        case "noValidPinSet": "Nuki Hub has no valid Nuki PIN: enter it on its page under Credentials."
        case "keypadControlDisabled": "Nuki Hub may not change keypad codes: switch keypad control on under Access Level."
        case "keypadNotAvailable", "keypadDisabled", "notPaired": "The lock has no keypad that Nuki Hub could write to: pair it first."
        case "timeOut", "failed", "error", "undefined": "The lock did not take the code (\(word)): it is tried again."
        default: "Nuki Hub refused the command (\(word.filter { $0.isASCII && $0.isLetter }.prefix(40))): it is tried again."
        }
    }

    /// Entries of the lock's log: the keypad's have the code's id.
    private func log(_ message: MQTTMessage) -> [LockReport] {
        guard !message.isRetained, let entry = Json(message.payload)?.elements.first, let action = entry["action"]?.string else { return [] }
        let slot = entry["codeId"]?.integer.flatMap { id in codeIDs.first { $0.value == id }?.key }
        let kind: LockUse.Kind =
            entry["completionStatus"]?.string.map { $0 == "success" ? (action.lowercased().contains("unl") ? .unlocked : .locked) : .refused }
            ?? .unlocked
        return [.used(LockUse(kind: kind, slot: slot, source: entry["trigger"]?.string.map { String($0.prefix(20)) }))]
    }
}
