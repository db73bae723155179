// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Time zones as people and other systems write them. One reading for the configuration, for what a PMS says and for the journal:
/// what one of them takes, all take.
public enum TimeZoneName {
    /// Reads an IANA name, also one of its older names (`US/Eastern`, `CET`, `Etc/GMT-2`), or a Windows name
    /// (`Central Europe Standard Time`). Blanks around it and capitals do not matter.
    ///
    /// `nil` for anything else, and that is more than ICU refuses: `BST` is Bangladesh there, `GMT+2` and `Etc/GMT+2` are four hours
    /// apart, and `Factory` and `Etc/Unknown` are Greenwich for want of better.
    public static func read(_ text: String) -> TimeZone? {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty, name.utf8.count <= 64 else { return nil }
        let small = name.lowercased()
        for candidate in candidates(name, small) where isIANA(candidate) {
            if let zone = TimeZone(identifier: candidate) { return zone }
        }
        return WindowsZones.iana[small].flatMap { TimeZone(identifier: $0) }
    }

    /// Whether two zones show the same time on every day of the coming year. Cities of one country have names of their own.
    public static func agree(_ one: TimeZone, _ other: TimeZone, from now: Date = Date()) -> Bool {
        if one.identifier == other.identifier { return true }
        // Half a day, so that a day of change is seen whichever side of it is looked at.
        return stride(from: 0.0, to: 366 * 86_400, by: 43_200).allSatisfy { seconds in
            let moment = now.addingTimeInterval(seconds)
            return one.secondsFromGMT(for: moment) == other.secondsFromGMT(for: moment)
        }
    }

    /// Spellings to try: as it is, as the table of known zones has it, and as the older names are written.
    private static func candidates(_ name: String, _ small: String) -> [String] {
        var names = [name]
        if let known = known[small] { names.append(known) }
        let upper = name.uppercased()
        names.append(upper)
        let titled = small.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.split(separator: "_", omittingEmptySubsequences: false).map { word in
                word.split(separator: "-", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst() }
                    .joined(separator: "-")
            }.joined(separator: "_")
        }
        names.append(titled.joined(separator: "/"))
        if let slash = titled.first, titled.count == 2 {
            // US/Eastern, and Etc/GMT-2.
            names.append("\(slash.uppercased())/\(titled[1])")
            names.append("\(slash)/\(titled[1].uppercased())")
        }
        return names
    }

    private static let known: [String: String] = Dictionary(
        (TimeZone.knownTimeZoneIdentifiers + withoutArea + olderNames).map { ($0.lowercased(), $0) },
        uniquingKeysWith: { first, _ in first })

    /// Older names whose capitals follow no rule.
    private static let olderNames = [
        "America/Argentina/ComodRivadavia", "America/Knox_IN", "Brazil/DeNoronha", "Chile/EasterIsland", "Mexico/BajaNorte",
        "Mexico/BajaSur",
    ]

    /// Names without an area that IANA has (`backward` and `etcetera` of its database). ICU has more, and they do not all mean what they seem to.
    private static let withoutArea: Set<String> = [
        "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich",
        "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT",
        "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET",
        "Zulu",
    ]
    private static let areas: Set<Substring> = [
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile", "Etc", "Europe",
        "Indian", "Mexico", "Pacific", "US",
    ]

    private static func isIANA(_ name: String) -> Bool {
        guard let slash = name.firstIndex(of: "/") else { return withoutArea.contains(name) }
        return areas.contains(name[..<slash]) && name != "Etc/Unknown"
    }
}
