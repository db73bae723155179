// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import LockDrivers

/// `locks:`
enum LocksRule {
    struct Outcome {
        var sound: [LockConfiguration] = []
        var broken: [LockName] = []
        var names: [LockName] { sound.map(\.name) + broken }
    }

    /// - Parameter zone: of the hotel; locks with a clock of their own are told its time.
    static func read(_ section: Section, hasBroker: Bool, zone: TimeZone?) -> Outcome {
        var outcome = Outcome()
        var owners: [String: String] = [:]
        for name in section.keys {
            let entry = section.section(name)
            let before = section.log.problems.count
            if !isPlain(name) {
                section.log.report(
                    section.place(of: name), section.path + [name], "name a lock with 1 to 64 letters, digits, dots, dashes and underscores"
                )
            }
            let lock = lock(name, entry, at: section.place(of: name), zone: zone)
            if let lock {
                if let owner = owners[lock.settings.topic] {
                    entry.log.report(
                        entry.place(of: "topic"), entry.path + ["topic"], "lock '\(owner)' has the same topic: each needs one of its own")
                }
                owners[lock.settings.topic] = name
            }
            if let lock, section.log.problems.count == before {
                outcome.sound.append(lock)
            } else {
                outcome.broken.append(LockName(name))
            }
        }
        if !outcome.names.isEmpty, !hasBroker {
            section.log.report(
                section.place, section.path, "locks are reached over MQTT: write `mqtt: { broker: \"mqtt://127.0.0.1:1883\" }` too")
        }
        return outcome
    }

    static func isPlain(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "._-".unicodeScalars.contains($0))
            }
    }

    private static func lock(
        _ name: String, _ entry: Section, at place: ConfigurationProblem.Place, zone: TimeZone?
    ) -> LockConfiguration? {
        guard let driver = entry.scalar("driver") else {
            if !entry.keys.contains("driver") {
                entry.log.report(
                    place, entry.path + ["driver"], "the driver is missing: write one of \(LockCatalog.names.joined(separator: ", "))")
            }
            return nil
        }
        guard let manifest = LockCatalog.manifest(named: driver.text) else {
            let advice =
                NearMiss.of(driver.text, among: LockCatalog.names).map { "did you mean '\($0)'?" }
                ?? "known: \(LockCatalog.names.joined(separator: ", "))"
            entry.log.report(driver, "there is no lock driver '\(driver.text)': \(advice)")
            return nil
        }
        entry.refuseUnknown(besides: ["driver", "topic", "slots"] + manifest.settings)
        guard let topic = entry.scalar("topic") else {
            if !entry.keys.contains("topic") {
                entry.log.report(place, entry.path + ["topic"], "the topic is missing: write where the lock is on the broker")
            }
            return nil
        }
        // This machine's own zone may be any: a code would open hours too early or too late.
        if manifest.tellsLocalTime, zone == nil {
            entry.log.report(place, entry.path, "write property.timeZone, such as Europe/Prague: this lock is told local time")
        }
        var settings = LockSettings(topic: topic.text, timeZone: zone ?? .gmt)
        if let slots = entry.scalar("slots") {
            guard let range = range(slots.text) else {
                entry.log.report(
                    slots, "'\(slots.text)' is not possible here: write the first and the last slot that are ours, such as 10-29")
                return nil
            }
            settings.slots = range
        }
        for key in manifest.settings { if let scalar = entry.scalar(key) { settings.values[key] = scalar.text } }
        do throws(LockSettingsFault) {
            _ = try LockCatalog.make(name: driver.text, settings)
        } catch {
            entry.log.report(entry.place(of: error.key, orAt: place), entry.path + [error.key], error.description)
            return nil
        }
        return LockConfiguration(name: LockName(name), driver: driver.text, settings: settings)
    }

    /// `10-29`, or one number.
    private static func range(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard (1...2).contains(parts.count), let first = parts.first ?? nil, let last = parts.last ?? nil, first >= 0, first <= last,
            last < 10_000
        else { return nil }
        return first...last
    }
}
