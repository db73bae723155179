// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// `journal:`
enum JournalRule {
    /// Shorter, and an order that comes again would not be known any more.
    private static let shortest: Duration = .seconds(31 * 86_400)

    static func read(_ section: Section, paths: PathRule) -> JournalSettings {
        section.refuseUnknown(besides: ["path", "keep", "largest"])
        var settings = JournalSettings()
        if let path = section.scalar("path").flatMap({ paths.path($0, section.log) }) { settings.path = path }
        if let scalar = section.scalar("keep") {
            if let keep = Duration(settingText: scalar.text), keep >= shortest {
                settings.keep = keep
            } else {
                section.log.report(scalar, "'\(scalar.text)' is not possible here: write a time of 31d or more, such as 400d")
            }
        }
        if let scalar = section.scalar("largest") {
            if let bytes = bytes(scalar.text), bytes >= 10_000_000 {
                settings.largest = bytes
            } else {
                section.log.report(scalar, "'\(scalar.text)' is not possible here: write a size of 10MB or more, such as 2GB")
            }
        }
        return settings
    }

    private static func bytes(_ text: String) -> Int64? {
        for (unit, size) in [("MB", 1_000_000), ("GB", 1_000_000_000)] as [(String, Int64)] where text.hasSuffix(unit) {
            guard let number = Int64(text.dropLast(2)), number > 0, number <= 100_000 else { return nil }
            return number * size
        }
        return nil
    }
}

/// `queue:`
enum QueueRule {
    static func staleAfter(_ section: Section) -> Duration {
        section.refuseUnknown(besides: ["staleAfter"])
        guard let scalar = section.scalar("staleAfter") else { return SiteConfiguration.defaultStaleAfter }
        if let age = Duration(settingText: scalar.text), age >= .seconds(1), age <= .seconds(86_400) { return age }
        section.log.report(scalar, "'\(scalar.text)' is not possible here: write a time from 1s to 24h, such as 5m")
        return SiteConfiguration.defaultStaleAfter
    }
}
