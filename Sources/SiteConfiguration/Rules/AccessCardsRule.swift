// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// `access.cards:`
enum AccessCardsRule {
    private static let mostCopies = 9

    static func read(_ section: Section, encoders: [EncoderName]) -> AccessSettings.CardSettings? {
        guard section.isPresent else { return nil }
        section.refuseUnknown(besides: ["encoder", "onCheckIn", "copies", "register"])
        guard let scalar = section.scalar("encoder") else {
            section.log.report(
                section.place, section.path + ["encoder"], "the encoder is missing: write the one at whose desk guests check in")
            return nil
        }
        guard let encoder = encoders.first(where: { $0.text == scalar.text }) else {
            let advice =
                NearMiss.of(scalar.text, among: encoders.map(\.text)).map { "did you mean '\($0)'?" } ?? "write it under encoders first"
            section.log.report(scalar, "there is no encoder '\(scalar.text)': \(advice)")
            return nil
        }
        var cards = AccessSettings.CardSettings(encoder: encoder)
        cards.onCheckIn = AccessRule.flag("onCheckIn", in: section) ?? false
        cards.register = AccessRule.flag("register", in: section) ?? false
        if let copies = section.scalar("copies") {
            if let count = Int(copies.text), (1...mostCopies).contains(count) {
                cards.copies = count
            } else {
                section.log.report(copies, "'\(copies.text)' is not possible here: write how many cards a guest gets, 1 to \(mostCopies)")
            }
        }
        return cards
    }
}
