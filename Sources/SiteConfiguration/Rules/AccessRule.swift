// SPDX-License-Identifier: Apache-2.0
import Access
import DriverKit
import EncoderModel
import Foundation
import LockDrivers

/// `access:`
enum AccessRule {
    private static let keys = [
        "pms", "issueOnCheckIn", "removeOnCheckOut", "codeLength", "moveGrace", "preload", "drift", "confirmKey", "keepLog", "spaces",
        "commonAreas", "backupCodes", "cards",
    ]

    static func read(_ section: Section, locks: LocksRule.Outcome, encoders: [EncoderName], hasMews: Bool, hasFias: Bool) -> AccessSettings?
    {
        guard section.isPresent else { return nil }
        section.refuseUnknown(besides: keys)
        let spaces = spaces(section.section("spaces"), locks)
        let areas = commonAreas(section.section("commonAreas"), locks, spaces)
        var rules = AccessRules(map: SpaceMap(spaces: spaces, commonAreas: areas))
        rules.issueOnCheckIn = flag("issueOnCheckIn", in: section) ?? true
        rules.removeOnCheckOut = flag("removeOnCheckOut", in: section) ?? true
        if let scalar = section.scalar("codeLength") {
            if let length = Int(scalar.text), (4...9).contains(length) {
                rules.codeLength = length
            } else {
                section.log.report(scalar, "'\(scalar.text)' is not possible here: write a number of digits from 4 to 9")
            }
        }
        rules.moveGrace = duration("moveGrace", upTo: 86_400, in: section) ?? 0
        rules.preload = duration("preload", upTo: 7 * 86_400, in: section) ?? 0
        if let scalar = section.scalar("drift") {
            if let drift = AccessRules.Drift(rawValue: scalar.text) {
                rules.drift = drift
            } else {
                section.log.report(scalar, "'\(scalar.text)' is not possible here: write restore or report")
            }
        }
        if let scalar = section.scalar("confirmKey") {
            if scalar.text.utf8.count <= 2, scalar.text.allSatisfy({ "#*".contains($0) }) {
                rules.confirmKey = scalar.text
            } else {
                section.log.report(scalar, "write the key that guests press behind the code: \"#\" or \"*\"")
            }
        }
        rules.backupCodes = backupCodes(section, locks)
        let log = duration("keepLog", upTo: 3650 * 86_400, in: section) ?? 30 * 86_400
        return AccessSettings(
            pms: pms(section, hasMews: hasMews, hasFias: hasFias), rules: rules, keepLog: .seconds(log),
            cards: AccessCardsRule.read(section.section("cards"), encoders: encoders))
    }

    private static func backupCodes(_ section: Section, _ locks: LocksRule.Outcome) -> Int {
        guard let scalar = section.scalar("backupCodes") else { return 0 }
        guard let count = Int(scalar.text), (0...10).contains(count) else {
            section.log.report(scalar, "'\(scalar.text)' is not possible here: write how many back-up codes each lock has, 0 to 10")
            return 0
        }
        for lock in locks.sound {
            guard let slots = lock.settings.slots, slots.count <= count else { continue }
            section.log.report(
                scalar, "lock '\(lock.name)' has \(slots.count) slots: none would be left for guests, give it more slots under locks")
            return 0
        }
        return count
    }

    /// Where nothing is written the cloud goes before a hotel system on the site.
    private static func pms(_ section: Section, hasMews: Bool, hasFias: Bool) -> AccessSettings.PMS? {
        guard let scalar = section.scalar("pms") else { return hasMews ? .mews : hasFias ? .fias : nil }
        guard let pms = AccessSettings.PMS(rawValue: scalar.text) else {
            section.log.report(scalar, "there is no PMS '\(scalar.text)': write mews or fias")
            return nil
        }
        switch pms {
        case .mews: if !hasMews { section.log.report(scalar, "reservations come from Mews: write connector.mews too") }
        case .fias: if !hasFias { section.log.report(scalar, "check-ins come from the hotel system: write connector.fias too") }
        }
        return pms
    }

    private static func spaces(_ section: Section, _ locks: LocksRule.Outcome) -> [String: SpaceMap.Space] {
        var spaces: [String: SpaceMap.Space] = [:]
        for name in section.keys {
            let entry = section.section(name)
            entry.refuseUnknown(besides: ["locks", "within"])
            spaces[name] = SpaceMap.Space(locks: lockNames(entry, locks), within: entry.scalar("within")?.text)
        }
        for name in section.keys {
            let entry = section.section(name)
            guard let within = entry.scalar("within") else { continue }
            if spaces[within.text] == nil {
                let advice =
                    NearMiss.of(within.text, among: section.keys).map { "did you mean '\($0)'?" } ?? "write it under access.spaces too"
                entry.log.report(within, "there is no space '\(within.text)': \(advice)")
            } else if isCircle(from: name, spaces) {
                entry.log.report(within, "'\(name)' lies within itself: one of these must be the room")
            }
        }
        return spaces
    }

    private static func isCircle(from name: String, _ spaces: [String: SpaceMap.Space]) -> Bool {
        var next = spaces[name]?.within
        for _ in spaces {
            guard let here = next else { return false }
            if here == name { return true }
            next = spaces[here]?.within
        }
        return false
    }

    private static func commonAreas(
        _ section: Section, _ locks: LocksRule.Outcome, _ spaces: [String: SpaceMap.Space]
    ) -> [String: SpaceMap.CommonArea] {
        var areas: [String: SpaceMap.CommonArea] = [:]
        for name in section.keys {
            let entry = section.section(name)
            entry.refuseUnknown(besides: ["locks", "rooms", "everyone"])
            let rooms = entry.list("rooms") ?? []
            let everyone = flag("everyone", in: entry) ?? false
            if everyone, !rooms.isEmpty {
                entry.log.report(
                    entry.place(of: "everyone"), entry.path + ["everyone"], "write rooms or everyone, not both: who may in must be plain")
            }
            areas[name] = SpaceMap.CommonArea(locks: lockNames(entry, locks), rooms: Set(rooms.map(\.text)), everyone: everyone)
        }
        return areas
    }

    private static func lockNames(_ entry: Section, _ locks: LocksRule.Outcome) -> [LockName] {
        (entry.list("locks") ?? []).map { scalar in
            if !locks.names.contains(LockName(scalar.text)) {
                let known = locks.names.map(\.rawValue)
                let advice =
                    NearMiss.of(scalar.text, among: known).map { "did you mean '\($0)'?" }
                    ?? (known.isEmpty ? "write it under locks first" : "known: \(known.joined(separator: ", "))")
                entry.log.report(scalar, "there is no lock '\(scalar.text)': \(advice)")
            }
            return LockName(scalar.text)
        }
    }

    static func flag(_ name: String, in section: Section) -> Bool? {
        guard let scalar = section.scalar(name) else { return nil }
        switch scalar.text {
        case "true": return true
        case "false": return false
        default:
            section.log.report(scalar, "'\(scalar.text)' is not possible here: write true or false")
            return nil
        }
    }

    private static func duration(_ name: String, upTo most: TimeInterval, in section: Section) -> TimeInterval? {
        guard let scalar = section.scalar(name) else { return nil }
        guard let duration = Duration(settingText: scalar.text), duration >= .zero, duration <= .seconds(most) else {
            section.log.report(scalar, "'\(scalar.text)' is not possible here: write a time such as 10m or 48h")
            return nil
        }
        return TimeInterval(duration.components.seconds)
    }
}
