// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// `property:`
enum PropertyRule {
    static func timeZone(_ section: Section) -> TimeZone? {
        section.refuseUnknown(besides: ["timeZone"])
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
}
