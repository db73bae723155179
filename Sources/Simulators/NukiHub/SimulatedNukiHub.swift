// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// Nuki locks with their keypads behind Nuki Hub: a value, messages in, messages out. Written from Nuki Hub's own topics and checks
/// (technyon/nuki_hub 5cbb7e25), not from the driver.
///
/// The lock numbers its codes itself, keeps their windows in its own local time, and does one command at a time. The word for what became
/// of a command stands retained and names no command; the list of codes comes after each command and when it is asked for.
struct SimulatedNukiHub: SimulatedLocks {
    struct Entry: Sendable, Hashable {
        var id: Int
        var code: String
        var name: String
        var isEnabled = true
        /// Local time, as it was told; `nil`: it always opens.
        var from: String?
        var until: String?
    }

    /// Where the list ends, however many codes there are.
    let listed: Int
    private(set) var locks: [String: [Entry]]
    private var nextID = 1001
    private var faults: FaultSchedule
    private let lateBy: Duration

    /// - Parameter locks: base topics, such as `nuki/lock`.
    init(locks: [String], listed: Int = 10, faults: [SimulatedFault: FaultOccurrence] = [:], lateBy: Duration = .seconds(35)) {
        self.listed = listed
        self.lateBy = lateBy
        self.faults = FaultSchedule(faults)
        self.locks = Dictionary(locks.map { ($0, []) }, uniquingKeysWith: { first, _ in first })
    }

    var stateTopic: String? { nil }
    var topics: [String] { locks.keys.sorted().flatMap { ["\($0)/keypad/actionJson", "\($0)/query/keypad"] } }
    /// `589472 2026-11-27 15:00:00 2026-11-30 11:00:00`: with the window that the lock was told.
    var codes: [String: [String: String]] {
        locks.mapValues { entries in
            Dictionary(entries.map { ($0.name, [$0.code, $0.from, $0.until].compactMap(\.self).joined(separator: " ")) }) { first, _ in
                first
            }
        }
    }

    func greeting() -> [MQTTMessage] {
        locks.keys.sorted().flatMap { lock in
            [
                MQTTMessage("\(lock.split(separator: "/")[0])/maintenance/mqttConnectionState", "online", isRetained: true),
                MQTTMessage("\(lock)/keypad/actionJson", "--", isRetained: true),
                MQTTMessage(
                    "\(lock)/batteryBasicJson", #"{"critical":"0","charging":"0","level":"87","keypadCritical":"0"}"#, isRetained: true),
                list(of: lock),
            ]
        }
    }

    /// A person saves a code of his own, or takes one away, in the maker's app.
    mutating func change(_ lock: String, _ change: (inout [Entry]) -> Void) { change(&locks[lock, default: []]) }

    mutating func receive(_ message: MQTTMessage) -> [Letter] {
        // `--` is what the hub itself leaves there.
        guard !message.isRetained, message.payload != "--", let lock = locks.keys.first(where: { message.topic.hasPrefix($0 + "/") }) else {
            return []
        }
        switch message.topic.dropFirst(lock.count + 1) {
        case "query/keypad": return faults.strikes(.silent) ? [] : [Letter(after: .milliseconds(200), message: list(of: lock))]
        case "keypad/actionJson": return act(message.payload, on: lock)
        default: return []
        }
    }

    // MARK: Commands

    private struct Action: Decodable {
        var action: String?
        var codeId: Text?
        var code: Text?
        var name: String?
        var enabled: Text?
        var timeLimited: Text?
        var allowedFrom: String?
        var allowedUntil: String?

        /// A number or a text: both are taken.
        struct Text: Decodable {
            var text: String
            init(from decoder: any Decoder) throws {
                let box = try decoder.singleValueContainer()
                if let text = try? box.decode(String.self) { self.text = text } else { text = String(try box.decode(Int.self)) }
            }
        }
    }

    private mutating func act(_ payload: String, on lock: String) -> [Letter] {
        if faults.strikes(.silent) { return [] }
        if faults.strikes(.denied) { return [result("keypadControlDisabled", of: lock, after: .milliseconds(50))] }
        let working = result("working", of: lock, after: .milliseconds(20))
        guard let action = try? JSONDecoder().decode(Action.self, from: Data(payload.utf8)) else {
            return [result("invalidJson", of: lock, after: .milliseconds(50))]
        }
        if let refusal = refusal(of: action, on: lock) { return [result(refusal, of: lock, after: .milliseconds(50))] }
        if faults.strikes(.writeError) { return [working, result("failed", of: lock, after: .milliseconds(300))] }
        if faults.strikes(.timeout) { return [working, result("timeOut", of: lock, after: .milliseconds(300))] }
        carryOut(action, on: lock)
        // The lock did it, and the way back broke.
        if faults.strikes(.noResponse) { return [working, result("timeOut", of: lock, after: .milliseconds(300))] }
        let after: Duration = faults.strikes(.lateAnswer) ? lateBy : .milliseconds(300)
        return [working, result("success", of: lock, after: after), Letter(after: after + .milliseconds(200), message: list(of: lock))]
    }

    private func refusal(of action: Action, on lock: String) -> String? {
        let isKnown = action.codeId.map { id in locks[lock]?.contains { String($0.id) == id.text } ?? false } ?? false
        switch action.action {
        case "delete": return isKnown ? nil : "noExistingCodeIdSet"
        case "add", "update":
            if action.action == "update", !isKnown { return "noExistingCodeIdSet" }
            if action.action == "add" {
                guard let name = action.name, !name.isEmpty else { return "noNameSet" }
                guard action.code != nil else { return "noCodeSet" }
            }
            if let code = action.code?.text, code.count != 6 || Int(code) == nil || code.contains("0") || code.hasPrefix("12") {
                return "noValidCodeSet"
            }
            guard action.timeLimited?.text == "1" else { return nil }
            if let from = action.allowedFrom, !Self.isTime(from) { return "invalidAllowedFrom" }
            if let until = action.allowedUntil, !Self.isTime(until) { return "invalidAllowedUntil" }
            return nil
        case nil: return "noActionSet"
        default: return "invalidAction"
        }
    }

    /// `2026-11-27 15:00:00`
    private static func isTime(_ text: String) -> Bool { text.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/) != nil }

    private mutating func carryOut(_ action: Action, on lock: String) {
        let place = action.codeId.flatMap { id in locks[lock]?.firstIndex { String($0.id) == id.text } }
        switch (action.action, place) {
        case ("delete", let place?): locks[lock]?.remove(at: place)
        case ("update", let place?):
            locks[lock]?[place].isEnabled = action.enabled?.text != "0"
            if let code = action.code?.text { locks[lock]?[place].code = code }
            if let name = action.name { locks[lock]?[place].name = String(name.prefix(20)) }
            if action.timeLimited?.text == "1" {
                locks[lock]?[place].from = action.allowedFrom
                locks[lock]?[place].until = action.allowedUntil
            }
        default:
            let isLimited = action.timeLimited?.text == "1"
            locks[lock]?.append(
                Entry(
                    id: nextID, code: action.code?.text ?? "", name: String((action.name ?? "").prefix(20)),
                    from: isLimited ? action.allowedFrom : nil, until: isLimited ? action.allowedUntil : nil))
            nextID += 1
        }
    }

    // MARK: What it tells

    private func result(_ word: String, of lock: String, after: Duration) -> Letter {
        Letter(after: after, message: MQTTMessage("\(lock)/keypad/commandResultJson", word, isRetained: true))
    }

    private struct Shown: Encodable {
        var codeId: Int
        var enabled: Int
        var name: String
        var timeLimited: Int
        var allowedFrom: String
        var allowedUntil: String
    }

    private func list(of lock: String) -> MQTTMessage {
        let shown = (locks[lock] ?? []).prefix(listed).map { entry in
            Shown(
                codeId: entry.id, enabled: entry.isEnabled ? 1 : 0, name: entry.name, timeLimited: entry.from == nil ? 0 : 1,
                allowedFrom: entry.from ?? "0000-00-00 00:00:00", allowedUntil: entry.until ?? "0000-00-00 00:00:00")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Texts and numbers only: nothing of them can fail to encode.
        let text = (try? encoder.encode(Array(shown))).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        return MQTTMessage("\(lock)/keypad/json", text, isRetained: true)
    }
}
