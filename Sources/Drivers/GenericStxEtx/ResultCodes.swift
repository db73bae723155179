// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What the codes of a family's answers mean, from the settings `result.CODE`. `result.read.CODE` counts for reading only, and
/// `result.*` for every code that is not named. Where codes are not public but come with words, `resultText.WORDS` tells the meaning by what
/// the answer's own text contains, for codes that are not named.
struct ResultCodes: Sendable, Equatable {
    enum Meaning: Sendable, Hashable {
        case ok
        /// With a cause, where a clerk can act on it.
        case fault(FaultKind, RefusalCause? = nil)
    }

    private var meanings: [String: Meaning] = [:]
    /// Longest words first: what says more decides.
    private var textMeanings: [(words: String, meaning: Meaning)] = []
    private static let prefix = "result."
    private static let textPrefix = "resultText."

    static func holds(_ setting: String) -> Bool { setting.hasPrefix(prefix) || setting.hasPrefix(textPrefix) }

    init(_ settings: DriverSettings) throws(SettingsFault) {
        for (key, value) in settings.values.sorted(by: { $0.key < $1.key }) where Self.holds(key) {
            let meaning = try Self.meaning(value, setting: key)
            if key.hasPrefix(Self.textPrefix) {
                textMeanings.append((key.dropFirst(Self.textPrefix.count).lowercased(), meaning))
            } else {
                meanings[String(key.dropFirst(Self.prefix.count))] = meaning
            }
        }
        textMeanings.sort { $0.words.count > $1.words.count }
    }

    static func == (one: ResultCodes, other: ResultCodes) -> Bool {
        one.meanings == other.meanings && one.textMeanings.elementsEqual(other.textMeanings) { $0 == $1 }
    }

    /// A success is never told by words alone.
    private func meaning(ofText text: String?) -> Meaning? {
        guard let text = text?.lowercased() else { return nil }
        return textMeanings.first { text.contains($0.words) && $0.meaning != .ok }?.meaning
    }

    var isEmpty: Bool { meanings.isEmpty }

    /// The fault that an answer's code stands for; `nil`: it went well.
    ///
    /// - Parameters:
    ///   - text: the answer's own words, for the technician.
    ///   - cards: cards that the order writes.
    func fault(_ code: String, text: String?, reading: Bool, cards: Int) -> Fault? {
        let known = (reading ? meanings["read.\(code)"] : nil) ?? meanings[code] ?? meaning(ofText: text)
        let detail = [shown(code), text.map { String($0.prefix(80)) }].compactMap(\.self).joined(separator: ": ")
        let inDoubt: CardKnowledge = cards > 0 ? .unknown : .untouched
        switch known ?? meanings["*"] {
        case .ok: return nil
        case nil: return Fault(.malformedReply, card: inDoubt, detail: "unknown code \(detail)")
        case .fault(let kind, let cause):
            // Whatever a code that nobody knows means, it does not say that the card is as it was.
            guard known != nil else { return Fault(kind, card: inDoubt, detail: detail) }
            return Fault(kind, card: Self.card(kind, cards: cards), detail: detail, cause: cause)
        }
    }

    func isBusy(_ code: String, text: String?) -> Bool { (meanings[code] ?? meaning(ofText: text)) == .fault(.busy, nil) }

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

    /// Reads `ok`, `noCard`, `rejected the lock system's program is not running`, and with the cause that the clerk reads about
    /// `rejected unknownRoom the lock system does not know the room`.
    private static func meaning(_ text: String, setting: String) throws(SettingsFault) -> Meaning {
        if text == "ok" { return .ok }
        if let kind = kinds[text] { return .fault(kind) }
        if text.hasPrefix("rejected ") {
            let words = text.dropFirst(9).split(separator: " ", maxSplits: 1)
            let cause = words.first.flatMap { RefusalCause(rawValue: String($0)) }
            let reason = cause == nil ? String(text.dropFirst(9)) : words.dropFirst().joined()
            if reason.count > 3 { return .fault(.rejected(reason: reason), cause) }
        }
        throw SettingsFault(
            key: setting,
            "'\(setting)' is '\(text)': use ok, \(kinds.keys.sorted().joined(separator: ", ")), or rejected with the reason behind it, "
                + "and between the two, where the clerk can act, one of \(RefusalCause.allCases.map(\.rawValue).joined(separator: ", "))")
    }
}
