// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// A Nuki lock behind Nuki Hub (technyon/nuki_hub 5cbb7e25). The lock keeps the window itself, in its own local time.
///
/// Nuki numbers its codes itself (`codeId`); ours are found again by their name, which is all that we choose: `EB 10` is our slot 10.
/// There is no id that joins a result to a command, and a result may come late: one command at a time, the next one when the result of the
/// one before came or its time is over, and proof is only ever the list of the keypad's codes (`keypad/json`), which Nuki Hub reads from the
/// lock after each command and when it is asked to. A code is looked for in it before anything is changed, so that none is added twice.
public struct NukiHubDriver: LockDriver {
    public static let manifest = LockManifest(name: "nuki-hub", title: "Nuki Hub", settings: ["entries"], tellsLocalTime: true)
    private static let namePrefix = "EB "

    private let topic: String
    private let zone: TimeZone
    public let traits: LockTraits
    /// Nuki Hub lists so many codes and no more; the rest is cut off without a word.
    private let listed: Int
    private var codeIDs: [Int: Int] = [:]
    /// What was last told of a slot's window.
    private var windows: [Int: LocalWindow] = [:]
    /// Whether the list is of after the last command.
    private var hasList = false
    private var isFull = false
    /// Sent, and without a result.
    private var inHand: LockCommand?
    /// The slot whose window was last moved, until the list shows the new one: that comes behind the result.
    private var moved: Int?
    /// A command that was not sent, and what it waits for.
    private var held: Held?

    /// Slots that codes of ours are in and that the site has taken back since.
    private var formerSlots: Set<Int> = []

    private enum Held { case forList, forResult, forRoom }

    public init(_ settings: LockSettings) throws(LockSettingsFault) {
        guard !settings.topic.isEmpty, !settings.topic.hasPrefix("/"), !settings.topic.hasSuffix("/"), !settings.topic.contains("#"),
            !settings.topic.contains("+")
        else { throw LockSettingsFault("topic", "write the base topic of Nuki Hub and what it controls, such as \"nukihub/lock\"") }
        guard let listed = Int(settings.values["entries"] ?? "10"), (1...200).contains(listed) else {
            throw LockSettingsFault("entries", "write how many keypad codes Nuki Hub lists, as on its page: a number from 1 to 200")
        }
        self.listed = listed
        topic = settings.topic
        zone = settings.timeZone
        traits = LockTraits(
            slots: settings.slots ?? 1...100, keepsWindow: true,
            constraints: CodeConstraints(lengths: 6...6, hasZero: false, forbiddenStarts: ["12"]), patience: Self.patience,
            sharesSlots: false)
    }

    /// A command over Bluetooth and the list behind it (5 s at least) take their time; each question wakes the lock.
    private static var patience: LockPatience {
        var patience = LockPatience()
        (patience.firstAsk, patience.askEvery, patience.attempt) = (20, 25, 60)
        return patience
    }

    public var topics: [String] {
        ["\(topic)/keypad/json", "\(topic)/keypad/commandResultJson", "\(topic)/batteryBasicJson", "\(topic)/log"]
            + ["\(topic.split(separator: "/")[0])/maintenance/mqttConnectionState"]
    }

    public mutating func reconnected() {
        (inHand, held, moved) = (nil, nil, nil)
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
        if !traits.slots.contains(command.slot) { formerSlots.insert(command.slot) }
        switch command {
        case .ask: return [question]
        // From now on a code with other times in the list is not the one that is meant.
        case .set(let slot, _, let window), .reschedule(let slot, let window): windows[slot] = LocalWindow(window, in: zone)
        case .clear: break
        }
        guard inHand == nil || held == .forResult else {
            // The result of the one before may still come, and would be taken for this one's. Given again, its time is over.
            held = .forResult
            return []
        }
        (inHand, held) = (nil, nil)
        guard hasList else {
            held = .forList
            return [question]
        }
        guard let action = action(for: command) else { return [question] }
        inHand = command
        if case .reschedule(let slot, _) = command { moved = slot } else { moved = nil }
        hasList = false
        return [message(action)]
    }

    private var question: MQTTMessage { MQTTMessage("\(topic)/query/keypad", "1") }

    /// `nil`: there is nothing to send, the list tells all there is to know.
    private mutating func action(for command: LockCommand) -> Action? {
        let id = codeIDs[command.slot].map(String.init)
        let name = Self.namePrefix + String(command.slot)
        switch command {
        case .ask: return nil
        case .set(let slot, let code, let window):
            // One more would not be listed, so it could be neither proven nor taken off.
            if id == nil, isFull {
                held = .forRoom
                return nil
            }
            let times = LocalWindow(window, in: zone)
            windows[slot] = times
            return Action(
                action: id == nil ? "add" : "update", codeId: id, code: code, name: name, enabled: id == nil ? nil : "1", timeLimited: "1",
                allowedFrom: times.from, allowedUntil: times.until)
        case .reschedule(let slot, let window):
            guard let id else { return nil }
            let times = LocalWindow(window, in: zone)
            windows[slot] = times
            return Action(
                action: "update", codeId: id, name: name, enabled: "1", timeLimited: "1", allowedFrom: times.from, allowedUntil: times.until
            )
        case .clear: return id.map { Action(action: "delete", codeId: $0) }
        }
    }

    private func message(_ action: Action) -> MQTTMessage { MQTTMessage("\(topic)/keypad/actionJson", JsonText.of(action)) }

    // MARK: In

    public mutating func read(_ message: MQTTMessage) -> [LockReport] {
        switch message.topic {
        case "\(topic)/keypad/json": return list(message)
        case "\(topic)/keypad/commandResultJson": return result(message)
        case "\(topic)/batteryBasicJson":
            return [.heard] + (Json(message.payload)?["level"]?.integer.map { [.battery($0)] } ?? [])
        case "\(topic)/log": return log(message)
        case let other where other.hasSuffix("/maintenance/mqttConnectionState"): return [.reachable(message.payload != "offline")]
        default: return []
        }
    }

    /// All codes of the keypad. A slot of ours whose name is not in the list is free, if the list is whole.
    private mutating func list(_ message: MQTTMessage) -> [LockReport] {
        guard let list = Json(message.payload), case .list = list else { return [] }
        var reports: [LockReport] = [.heard]
        let origin: SlotOrigin = message.isRetained ? .retained : .lock
        codeIDs = [:]
        hasList = true
        isFull = list.elements.count >= listed
        var isTold: Set<Int> = []
        for entry in list.elements {
            guard let name = entry["name"]?.string, name.hasPrefix(Self.namePrefix), let slot = Int(name.dropFirst(Self.namePrefix.count)),
                let id = entry["codeId"]?.integer, isTold.insert(slot).inserted
            else { continue }
            codeIDs[slot] = id
            if entry["enabled"]?.integer == 0 {
                reports.append(.slot(slot, .disabled, origin))
            } else if windows[slot].map({ $0.isOf(entry) }) ?? true {
                reports.append(.slot(slot, .enabled(code: nil), origin))
                if moved == slot, !message.isRetained {
                    moved = nil
                    reports.append(.saved(slot: slot, byHand: false))
                }
            }
        }
        if !isFull {
            for slot in Array(traits.slots) + formerSlots.sorted() where !isTold.contains(slot) {
                reports.append(.slot(slot, .available, origin))
            }
        }
        switch held {
        case .forList:
            held = nil
            reports.append(.again)
        case .forRoom:
            held = nil
            reports.append(
                .refused(
                    "Nuki Hub lists \(listed) keypad codes and no more: raise that number on its page and under locks (entries), or take codes off the lock."
                ))
        case .forResult, nil: break
        }
        return reports
    }

    /// A result frees the way for the next command. What a command came to is told by the list alone, but for a refusal.
    private mutating func result(_ message: MQTTMessage) -> [LockReport] {
        // A retained result is of a command of long ago.
        guard !message.isRetained, inHand != nil else { return [] }
        let word = Json(message.payload)?["result"]?.string ?? Json(message.payload)?.string ?? message.payload
        guard word != "working", word != "--" else { return [] }
        let mayGo = held == .forResult
        (inHand, held) = (nil, nil)
        // Of the one before: what waits may go.
        if mayGo { return [.heard, .again] }
        return word == "success" ? [.heard] : [.refused(Self.sentence(word))]
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
        guard !message.isRetained, let entry = Json(message.payload)?.elements.first, let action = entry["action"]?.string else {
            return []
        }
        let slot = entry["codeId"]?.integer.flatMap { id in codeIDs.first { $0.value == id }?.key }
        let kind: LockUse.Kind =
            entry["completionStatus"]?.string.map {
                $0 == "success" ? (action.lowercased().contains("unl") ? .unlocked : .locked) : .refused
            }
            ?? .unlocked
        return [.used(LockUse(kind: kind, slot: slot, source: entry["trigger"]?.string.map { String($0.prefix(20)) }))]
    }
}

extension LocalWindow {
    /// Whether an entry of the keypad's list has these times.
    fileprivate func isOf(_ entry: Json) -> Bool {
        guard let from = entry["allowedFrom"]?.string, let until = entry["allowedUntil"]?.string else { return true }
        return from == self.from && until == self.until
    }
}
