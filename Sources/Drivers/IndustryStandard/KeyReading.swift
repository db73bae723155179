// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// What LT tells of a card, in words for people.
///
/// A guest's card: LT, encoder, four rooms, CI or CO, number of the copy, rights, from, till, operator. Any other card: its kind in the
/// third field and nothing behind it.
enum KeyReading {
    static func words(_ answer: SeparatedFields) -> [String: String] {
        // Some encoders fill the rest of the message with empty fields.
        if let kind = kinds[answer[2] ?? ""], (answer[6] ?? "").isEmpty { return ["kind": kind.rawValue] }
        if answer.count <= 3 { return ["kind": "unknown card (\(answer[2] ?? ""))"] }
        var words = ["kind": CardKind.guest.rawValue]
        func put(_ name: String, _ text: String?) {
            if let text, !text.isEmpty { words[name] = text }
        }
        put("rooms", (2...5).compactMap { answer[$0] }.filter { !$0.isEmpty }.joined(separator: ", "))
        put("state", answer[6].map { ["CI": "checked in", "CO": "checked out"][$0] ?? $0 })
        // 0 is the original; what I and A stand for is not in the public text, so the rest is shown as it came.
        put("copy", answer[7].map { $0 == "0" ? "original" : $0 })
        put("rights", answer[8])
        put("validFrom", answer[9].map(moment))
        put("validUntil", answer[10].map(moment))
        put("operator", answer[11])
        return words
    }

    private static let kinds: [String: CardKind] = ["LM": .staff, "LR": .spare, "LC": .over, "LD": .strange]

    /// `1400211126` or `14211126` as `2026-11-21 14:00`, the lock's own clock; anything else as it came.
    private static func moment(_ text: String) -> String {
        let digits = Array(text)
        guard digits.count == 8 || digits.count == 10, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return text }
        let minutes = digits.count == 10 ? String(digits[2...3]) : "00"
        let date = digits.suffix(6).map(String.init)
        return "20\(date[4])\(date[5])-\(date[2])\(date[3])-\(date[0])\(date[1]) \(digits[0])\(digits[1]):\(minutes)"
    }
}
