// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import DriverKit
import EncoderModel
import Foundation

/// `layouts:`, a name and a card layout for each. The language of the templates is ``DriverKit``'s.
enum LayoutsRule {
    struct Outcome {
        var sound: [String: CardLayout] = [:]
        var broken: Set<String> = []
    }

    /// MIFARE Classic keys have six bytes.
    private static let sectorKeyLength = 6

    static func read(_ section: Section, keys: CardKeysRule.Outcome) -> Outcome {
        var outcome = Outcome()
        for name in section.keys {
            let before = section.log.problems.count
            var layout = layout(name, section.section(name), at: section.place(of: name), keys)
            layout?.keys = keys.sound
            if let layout, section.log.problems.count == before {
                outcome.sound[name] = layout
            } else {
                outcome.broken.insert(name)
            }
        }
        return outcome
    }

    private static func layout(
        _ name: String, _ entry: Section, at place: ConfigurationProblem.Place, _ keys: CardKeysRule.Outcome
    ) -> CardLayout? {
        entry.refuseUnknown(besides: [
            "tracks", "rawTracks", "blocks", "pages", "coercivity", "bitsPerCharacter", "key", "keyKind", "allow", "example",
        ])
        let before = entry.log.problems.count
        var text = CardLayoutText()
        text.tracks = templates(entry.section("tracks"), 1...3)
        text.rawTracks = templates(entry.section("rawTracks"), 1...3)
        text.blocks = templates(entry.section("blocks"), 0...255)
        text.pages = templates(entry.section("pages"), 0...255)
        text.coercivity = choice("coercivity", entry)
        text.bitsPerCharacter = bits(entry)
        text.key = entry.scalar("key")?.text
        text.keyKind = choice("keyKind", entry)
        text.allowed = hazards(entry)
        readExample(entry.section("example"), into: &text.example)
        guard entry.log.problems.count == before else { return nil }
        do throws(LayoutFault) {
            let layout = try CardLayout(name: name, text)
            refuseMissing(keys, of: layout, text, entry)
            return layout
        } catch {
            let last = error.path.last ?? ""
            let holder = error.path.dropLast().reduce(entry) { $0.section($1) }
            entry.log.report(error.path.isEmpty ? place : holder.place(of: last), entry.path + error.path, error.description)
            return nil
        }
    }

    private static func templates(_ section: Section, _ range: ClosedRange<Int>) -> [Int: String] {
        var found: [Int: String] = [:]
        for key in section.keys {
            guard let scalar = section.scalar(key) else { continue }
            if let number = Int(key), range.contains(number), String(number) == key {
                found[number] = scalar.text
            } else {
                section.log.report(
                    section.place(of: key), section.path + [key], "write a number from \(range.lowerBound) to \(range.upperBound) here")
            }
        }
        return found
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _ entry: Section) -> Choice? {
        guard let scalar = entry.scalar(key) else { return nil }
        if let choice = Choice(rawValue: scalar.text) { return choice }
        entry.log.report(scalar, "use one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    private static func bits(_ entry: Section) -> Int? {
        guard let scalar = entry.scalar("bitsPerCharacter") else { return nil }
        if let number = Int(scalar.text), (5...8).contains(number) { return number }
        entry.log.report(scalar, "write a number from 5 to 8")
        return nil
    }

    private static func hazards(_ entry: Section) -> Set<CardHazard> {
        guard let scalar = entry.scalar("allow") else { return [] }
        var allowed: Set<CardHazard> = []
        for word in scalar.text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            if let hazard = CardHazard(rawValue: String(word)) {
                allowed.insert(hazard)
            } else {
                entry.log.report(scalar, "'\(word.prefix(64))' is nothing that can be allowed: docs/card-layouts.md has the words")
            }
        }
        return allowed
    }

    /// What the example order of `check` has of its own.
    private static func readExample(_ section: Section, into order: inout KeyOrder) {
        section.refuseUnknown(besides: ["lockIds", "guestName", "reservationNumber"])
        if let scalar = section.scalar("lockIds") {
            order.lockIds = scalar.text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        if let scalar = section.scalar("guestName") { order.guestName = scalar.text }
        if let scalar = section.scalar("reservationNumber") { order.reservationNumber = scalar.text }
        if let objection = order.objection() { section.log.report(section.place(of: "lockIds"), section.path, objection.reason) }
    }

    private static func refuseMissing(_ keys: CardKeysRule.Outcome, of layout: CardLayout, _ text: CardLayoutText, _ entry: Section) {
        for name in layout.keyNames.sorted() where !keys.sound.names.contains(name) {
            let place = text.key == name ? entry.place(of: "key") : entry.place
            let advice =
                keys.broken.contains(name)
                ? "the card key '\(name)' cannot be read: correct it under `cardKeys:` first"
                : "there is no card key '\(name)': write its name and the path of its file under `cardKeys:`"
            entry.log.report(place, entry.path, advice)
        }
        if let name = text.key, let bytes = keys.sound.bytes(name), bytes.count != sectorKeyLength {
            entry.log.report(
                entry.place(of: "key"), entry.path + ["key"], "the card key '\(name)' opens no sector: it needs \(sectorKeyLength) bytes")
        }
    }
}
