// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What the codes of a family's answers mean, from the settings `result.CODE`. `result.read.CODE` counts for reading only, and
/// `result.*` for every code that is not named.
struct ResultCodes: Sendable, Hashable {
    enum Meaning: Sendable, Hashable {
        case ok
        case fault(FaultKind)
    }

    private var meanings: [String: Meaning] = [:]
    private static let prefix = "result."

    static func holds(_ setting: String) -> Bool { setting.hasPrefix(prefix) }

    init(_ settings: DriverSettings) throws(SettingsFault) {
        for (key, value) in settings.values.sorted(by: { $0.key < $1.key }) where Self.holds(key) {
            meanings[String(key.dropFirst(Self.prefix.count))] = try Self.meaning(value, setting: key)
        }
    }

    var isEmpty: Bool { meanings.isEmpty }

    /// The fault that an answer's code stands for; `nil`: it went well.
    ///
    /// - Parameters:
    ///   - text: the answer's own words, for the technician.
    ///   - cards: cards that the order writes.
    func fault(_ code: String, text: String?, reading: Bool, cards: Int) -> Fault? {
        let known = (reading ? meanings["read.\(code)"] : nil) ?? meanings[code]
        let detail = [shown(code), text.map { String($0.prefix(80)) }].compactMap(\.self).joined(separator: ": ")
        let inDoubt: CardKnowledge = cards > 0 ? .unknown : .untouched
        switch known ?? meanings["*"] {
        case .ok: return nil
        case nil: return Fault(.malformedReply, card: inDoubt, detail: "unknown code \(detail)")
        case .fault(let kind):
            // Whatever a code that nobody knows means, it does not say that the card is as it was.
            guard known != nil else { return Fault(kind, card: inDoubt, detail: detail) }
            return Fault(kind, card: Self.card(kind, cards: cards), detail: detail)
        }
    }

    func isBusy(_ code: String) -> Bool { meanings[code] == .fault(.busy) }

    private static func card(_ kind: FaultKind, cards: Int) -> CardKnowledge {
        switch kind {
        // Refused before any card.
        case .rejected, .busy: .untouched
        // Said of one card: it is as it was. With several in one order some may have been made before.
        case .noCard, .unsupportedCard, .notWritable, .offline: cards > 1 ? .unknown : .untouched
        default: cards > 0 ? .unknown : .untouched
        }
    }

    /// A code for a fault's detail; what is longer than a code is not shown, it may be anything.
    private func shown(_ code: String) -> String {
        (1...4).contains(code.count) ? "'\(code)'" : "that is none"
    }

    private static let kinds: [String: FaultKind] = [
        "noCard": .noCard, "cardRemovedEarly": .cardRemovedEarly, "notWritable": .notWritable, "verifyFailed": .verifyFailed,
        "unsupportedCard": .unsupportedCard, "busy": .busy, "offline": .offline, "timeout": .timeout, "malformedReply": .malformedReply,
    ]

    /// Reads `ok`, `noCard`, `rejected the lock system does not know the room`.
    private static func meaning(_ text: String, setting: String) throws(SettingsFault) -> Meaning {
        if text == "ok" { return .ok }
        if let kind = kinds[text] { return .fault(kind) }
        if text.hasPrefix("rejected "), text.count > 12 { return .fault(.rejected(reason: String(text.dropFirst(9)))) }
        throw SettingsFault(
            key: setting,
            "'\(setting)' is '\(text)': use ok, \(kinds.keys.sorted().joined(separator: ", ")), or rejected with the reason behind it")
    }
}
