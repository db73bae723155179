// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import DriverKit
import EncoderModel
import Ports

/// `encoders:`
enum EncodersRule {
    struct Outcome {
        var sound: [EncoderConfiguration] = []
        var broken: [EncoderName] = []
    }

    static func read(
        _ section: Section, paths: PathRule, keys: CardKeys, layouts: LayoutsRule.Outcome, driverCheck: DriverCheck,
        sharingCheck: SharingCheck
    ) -> Outcome {
        var outcome = Outcome()
        var owners: [PortMatch: [EncoderConfiguration]] = [:]
        for name in section.keys {
            let entry = section.section(name)
            let before = section.log.problems.count
            refuseName(name, in: section)
            let encoder = encoder(
                name, entry, at: section.place(of: name), paths: paths, keys: keys, layouts: layouts, driverCheck: driverCheck)
            if let encoder {
                let objection = (owners[encoder.match] ?? []).compactMap { sharingCheck($0, encoder) }.first
                if let objection { section.log.report(entry.place(of: "match"), entry.path + ["match"], objection) }
                if objection == nil { owners[encoder.match, default: []].append(encoder) }
            }
            if let encoder, section.log.problems.count == before {
                outcome.sound.append(encoder)
            } else {
                outcome.broken.append(EncoderName(name))
            }
        }
        return outcome
    }

    private static func refuseName(_ name: String, in section: Section) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        if !isPlain || !(1...64).contains(name.utf8.count) {
            section.log.report(
                section.place(of: name), section.path + [name], "name an encoder with 1 to 64 letters, digits, dots, dashes and underscores"
            )
        }
    }

    private static func encoder(
        _ name: String, _ entry: Section, at place: ConfigurationProblem.Place, paths: PathRule, keys: CardKeys,
        layouts: LayoutsRule.Outcome, driverCheck: DriverCheck
    ) -> EncoderConfiguration? {
        entry.refuseUnknown(besides: ["driver", "match", "settings", "layout"])
        let driver = entry.scalar("driver")
        if driver == nil, !entry.keys.contains("driver") {
            entry.log.report(place, entry.path + ["driver"], "the driver is missing: write `driver:` and its name")
        }
        let match = MatchRule.read(entry.section("match"), at: entry.place(of: "match", orAt: place), paths: paths)
        let layout = layout(entry, layouts)
        var keys = keys
        keys.layoutKey = layout?.sectorKey
        let settings = settings(entry.section("settings"), keys)
        guard let driver, let match else { return nil }
        let encoder = EncoderConfiguration(name: EncoderName(name), driver: driver.text, match: match, settings: settings, layout: layout)
        for objection in driverCheck(encoder) {
            switch objection.subject {
            case .setting(let setting):
                let written = entry.section("settings")
                let place = written.keys.contains(setting) ? written.scalar(setting)?.place : nil
                entry.log.report(place ?? driver.place, entry.path + ["settings", setting], objection.message)
            case .layout: entry.log.report(entry.place(of: "layout", orAt: driver.place), entry.path + ["layout"], objection.message)
            case .driver: entry.log.report(driver, objection.message)
            }
        }
        return encoder
    }

    /// `layout: NAME`
    private static func layout(_ entry: Section, _ layouts: LayoutsRule.Outcome) -> CardLayout? {
        guard let scalar = entry.scalar("layout") else { return nil }
        if let layout = layouts.sound[scalar.text] { return layout }
        if layouts.broken.contains(scalar.text) {
            entry.log.report(scalar, "the layout '\(scalar.text)' cannot be used as it is written: correct it first")
        } else {
            let known = layouts.sound.keys.sorted()
            let advice =
                NearMiss.of(scalar.text, among: known).map { "did you mean '\($0)'?" }
                ?? (known.isEmpty ? "write one under `layouts:`" : "known here: \(known.joined(separator: ", "))")
            entry.log.report(scalar, "there is no layout '\(scalar.text)': \(advice)")
        }
        return nil
    }

    private static func settings(_ section: Section, _ keys: CardKeys) -> DriverSettings {
        var settings = DriverSettings(keys: keys)
        for key in section.keys {
            if let scalar = section.scalar(key) { settings.values[key] = scalar.text }
        }
        return settings
    }
}

extension Section {
    /// Where a key is written, else the place given: that of the section's own key.
    func place(of name: String, orAt place: ConfigurationProblem.Place) -> ConfigurationProblem.Place {
        keys.contains(name) ? self.place(of: name) : place
    }
}
