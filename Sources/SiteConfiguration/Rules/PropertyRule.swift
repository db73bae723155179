// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// `property:`
enum PropertyRule {
    static func timeZone(_ section: Section) -> TimeZone? {
        section.refuseUnknown(besides: ["timeZone", "language"])
        guard let scalar = section.scalar("timeZone") else { return nil }
        guard let zone = TimeZoneName.read(scalar.text) else {
            let advice =
                NearMiss.of(scalar.text, among: TimeZone.knownTimeZoneIdentifiers).map { "did you mean \($0)?" }
                ?? "write an IANA name such as Europe/Prague"
            section.log.report(scalar, "'\(scalar.text)' is not a time zone: \(advice)")
            return nil
        }
        return zone
    }

    /// `language: de`, or the language's name: what clerks read.
    static func language(_ section: Section) -> Language {
        guard let scalar = section.scalar("language") else { return .english }
        let word = scalar.text.trimmingCharacters(in: .whitespaces).lowercased()
        if let language = Language.allCases.first(where: {
            $0.rawValue == word.prefix(2) && (word.count == 2 || "-_".contains(word[word.index(word.startIndex, offsetBy: 2)]))
        }) {
            return language
        }
        if let language = Language.allCases.first(where: { "\($0)" == word }) { return language }
        let known = Language.allCases.map { "\($0.rawValue) (\($0))" }.joined(separator: ", ")
        section.log.report(scalar, "'\(scalar.text)' is no language that clerks can read here: write one of \(known)")
        return .english
    }
}
