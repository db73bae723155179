// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing

/// What a lock server's KA means for the card, by the meanings that the public FIAS text gives to AS.
///
/// Nothing is called untouched unless the lock server says that it did not begin. NR (something behind it did not answer) says the
/// opposite of that, and so does an AS that nobody knows.
enum KeyAnswer {
    /// - Parameter writesCard: whether the record could have made a card (KR), or not (KD, KZ).
    static func fault(_ answer: FiasRecord, writesCard: Bool) -> Fault? {
        let doubt: CardKnowledge = writesCard ? .unknown : .untouched
        let text = words(answer["CT"])
        let code = answer["AS"] ?? ""
        let detail = ["AS\(code.filter { $0.isASCII }.prefix(4))", text].compactMap(\.self).joined(separator: ": ")
        func refused(_ reason: String) -> Fault {
            Fault(.rejected(reason: [reason, text].compactMap(\.self).joined(separator: ": ")), detail: detail)
        }
        switch FiasAnswerStatus(rawValue: code) {
        case .ok: return nil
        case .busy: return Fault(.busy, detail: detail)
        // "Try again" says that nothing was made, unless its text asks to look at the card.
        case .retry: return Fault(.timeout, card: text.map(asksToCheck) == true ? doubt : .untouched, detail: detail)
        case .noResponse: return Fault(.timeout, card: doubt, detail: detail)
        case .unable: return refused(writesCard ? "the lock system cannot make this key" : "the lock system cannot do this")
        case .denied: return refused(writesCard ? "the lock system denies this key" : "the lock system denies this")
        case .guestNotFound: return refused("the lock system does not know the guest: check in there first")
        case .invalidAccount: return refused("the lock system does not know the reservation")
        case .notInstalled: return refused("the lock system has no such encoder or room, or no such option")
        case .nightAudit: return refused("the lock system is in its night audit: cut the key again when that is over")
        case .deleted: return writesCard ? Fault(.malformedReply, card: doubt, detail: detail) : nil
        case nil: return Fault(.malformedReply, card: doubt, detail: code.isEmpty ? "KA without AS" : detail)
        }
    }

    /// A facade of ours has no other AS for an unknown outcome, and says it in its hotel's language. Of others one English word is known.
    private static func asksToCheck(_ text: String) -> Bool {
        let plain = plain(text)
        return checks.contains(plain) || plain.contains("check")
    }

    private static let checks = Set(Language.allCases.map { plain(Words($0)(.answerCheckCard)) })

    /// Texts go over the line without accents.
    private static func plain(_ text: String) -> String { text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil) }

    /// The card's serial number, where `$2` is one: hex text, never binary.
    static func serial(_ answer: FiasRecord) -> String? {
        guard let serial = answer["$2"]?.filter({ $0 != " " }), (4...32).contains(serial.count),
            serial.allSatisfy({ $0.isASCII && $0.isHexDigit })
        else { return nil }
        return serial.uppercased()
    }

    /// The lock server's own words, for the clerk: printable, one line, as long as CT may be.
    private static func words(_ text: String?) -> String? {
        guard let text else { return nil }
        let clean = String(text.unicodeScalars.filter { (0x20...0x7E).contains($0.value) || (0xA0...0xFF).contains($0.value) }.prefix(80))
        return clean.isEmpty ? nil : clean
    }
}
