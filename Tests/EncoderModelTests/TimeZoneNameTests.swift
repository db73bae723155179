// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import EncoderModel

@Suite struct TimeZoneNameTests {
    @Test(arguments: [
        ("Europe/Prague", "Europe/Prague"), ("europe/prague", "Europe/Prague"), (" EUROPE/PRAGUE\n", "Europe/Prague"),
        ("Central Europe Standard Time", "Europe/Budapest"), ("central europe standard time ", "Europe/Budapest"),
        ("W. Europe Standard Time", "Europe/Berlin"), ("GMT Standard Time", "Europe/London"), ("US/Eastern", "US/Eastern"),
        ("us/eastern", "US/Eastern"), ("CET", "CET"), ("Etc/GMT-2", "Etc/GMT-2"), ("etc/gmt-2", "Etc/GMT-2"),
        ("america/port-au-prince", "America/Port-au-Prince"), ("gb-eire", "GB-Eire"), ("Asia/Calcutta", "Asia/Calcutta"),
    ])
    func zone_isRead(text: String, identifier: String) { #expect(TimeZoneName.read(text)?.identifier == identifier) }

    @Test(arguments: [
        "", " ", "Nowhere/City", "Europe/Prag", "BST", "PST", "IST", "GMT+1", "UTC+01:00", "+01:00", "Factory", "Etc/Unknown",
        "posix/Europe/Prague", "Central Europe", "Europe", String(repeating: "x", count: 10_000),
    ])
    func zone_isNotGuessed(text: String) { #expect(TimeZoneName.read(text) == nil) }

    @Test func everyNameOfTheTable_isAZone() {
        #expect(WindowsZones.iana.count >= 139)
        for (windows, iana) in WindowsZones.iana { #expect(TimeZone(identifier: iana) != nil, "\(windows)") }
    }

    @Test func everyKnownZone_isRead_inSmallLettersToo() {
        for name in TimeZone.knownTimeZoneIdentifiers {
            #expect(TimeZoneName.read(name)?.identifier == name && TimeZoneName.read(name.lowercased())?.identifier == name, "\(name)")
        }
    }

    @Test(arguments: [
        ("Europe/Prague", "Europe/Budapest", true), ("Europe/Prague", "Africa/Lagos", false), ("Europe/Prague", "America/New_York", false),
        ("Europe/London", "Europe/Lisbon", true), ("Europe/London", "UTC", false),
    ])
    func zones_agree_whenTheirClocksDoAllYear(one: String, other: String, agree: Bool) throws {
        #expect(TimeZoneName.agree(try #require(TimeZoneName.read(one)), try #require(TimeZoneName.read(other))) == agree)
    }
}
