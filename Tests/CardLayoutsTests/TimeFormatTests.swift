// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Testing

@testable import CardLayouts

@Suite struct TimeFormatTests {
    /// Ends of keys in Prague, which is one hour before UTC in winter and two in summer.
    @Test(arguments: [
        ("2026-11-23T11:00:00Z", "as=YYMMDDhhmm", "2611231200"), ("2026-07-01T11:30:00Z", "as=YYYY-MM-DDThh:mm:ss", "no pattern"),
        ("2026-07-01T11:30:00Z", "as='YYYY-MM-DD hh:mm:ss'", "2026-07-01 13:30:00"),
        ("2026-07-01T11:30:00Z", "as=YYMMDDhhmm zone=utc", "2607011130"), ("2026-07-01T11:30:00Z", "as=YYMMDDhh", "26070114"),
        ("2026-07-01T11:30:00Z", "as=YYMMDDhh round=down", "26070113"), ("2026-07-01T11:29:00Z", "as=YYMMDDhh round=nearest", "26070113"),
        ("2026-07-01T11:30:00Z", "as=YYMMDDhh round=nearest", "26070114"), ("2026-07-01T11:00:00Z", "as=YYMMDDhh", "26070113"),
        ("2026-12-31T11:00:00Z", "as=YYMMDD", "270101"), ("2026-12-31T11:00:00Z", "as=YYDDD round=down", "26365"),
        ("2024-12-31T22:59:59Z", "as=YYDDD round=down", "24366"), ("2026-12-31T23:00:00Z", "as=YYMMDD", "270101"),
        ("2026-07-01T11:30:01Z", "as=hhmm", "1331"), ("2026-07-01T11:30:00Z", "unix", "1782905400"),
        ("2026-07-01T11:30:00Z", "unix zone=property", "1782912600"), ("2026-07-01T11:30:00Z", "unix digits=12", "001782905400"),
        ("2020-01-01T00:00:00Z", "minutes since=2020-01-01", "60"), ("2020-01-01T00:00:00Z", "minutes since=2020-01-01 zone=utc", "0"),
        ("2020-01-01T01:00:01Z", "hours since=2020-01-01 zone=utc", "2"), ("2020-01-02T00:00:00Z", "days since=2020-01-01 zone=utc", "1"),
        ("2020-01-02T00:00:01Z", "days since=2020-01-01 zone=utc", "2"),
        ("2020-01-02T00:00:01Z", "seconds since=2020-01-01 zone=utc", "86401"),
        ("2020-01-02T00:00:01Z", "as=YYYYMMDDhhmmss digits=16 zone=utc", "0020200102000001"),
    ])
    func end_isWritten(instant: String, words: String, expected: String) throws {
        guard expected != "no pattern" else {
            #expect(throws: LayoutFault.self) { try layout(.track(1), "{until \(words)}") }
            return
        }
        #expect(try track1("{until \(words)}", try order(until: instant)) == expected)
    }

    @Test func beginning_isRoundedDown() throws {
        #expect(try track1("{from as=YYMMDDhh}", try order(from: "2026-07-01T11:59:59Z")) == "26070113")
        #expect(try track1("{from as=YYMMDDhh round=up}", try order(from: "2026-07-01T11:59:59Z")) == "26070114")
    }

    @Test func roundedHour_isThatOfTheHotelsClock_whereTheZoneHasHalfHours() throws {
        let kolkata = PropertyClock(timeZone: try #require(TimeZone(identifier: "Asia/Kolkata")))
        #expect(try track1("{until as=hhmm}", try order(until: "2026-07-01T11:30:00Z"), on: kolkata) == "1700")
        #expect(try track1("{until as=DDhh}", try order(until: "2026-07-01T11:30:00Z"), on: kolkata) == "0117")
    }

    @Test func partOfASecond_isNeverLost() throws {
        var order = try order()
        order.validUntil += 0.25
        #expect(try track1("{until unix}", order) == "1795431601")
        order.validFrom += 0.75
        #expect(try track1("{from unix}", order) == "1795269600")
    }

    @Test func partOfASecond_makesNoMinuteMore() throws {
        var order = try order(until: "2026-07-01T11:30:00Z")
        order.validUntil += 0.25
        #expect(try track1("{until as=hhmm zone=utc}", order) == "1130")
    }

    @Test func instantBeforeTheFirstDay_isRefused() throws {
        #expect(
            try refusal(.track(1), "{until days since=2100-01-01}", try order())
                == "in the card layout L, track 1, the field until lies before the day from which the layout counts")
    }

    /// Foundation's calendar counts the same days, over two centuries with their leap days.
    @Test func civilTime_agreesWithTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for day in stride(from: -20_000, to: 60_000, by: 7) {
            let seconds = day * 86_400 + (day &* 7919) % 86_400
            let time = CivilTime(seconds: seconds)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second, .dayOfYear], from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(time.date == (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0), "\(seconds)")
            #expect([time.hour, time.minute, time.second] == [parts.hour, parts.minute, parts.second], "\(seconds)")
            #expect(time.dayOfYear == parts.dayOfYear, "\(seconds)")
            #expect(
                CivilTime(year: time.date.year, month: time.date.month, day: time.date.day)?.seconds == CivilTime.floorDivision(
                    seconds, 86_400) * 86_400)
        }
    }

    @Test(arguments: [(2023, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (0, 1, 1), (2026, 0, 1)])
    func civilTime_refusesDaysThatAreNone(year: Int, month: Int, day: Int) {
        #expect(CivilTime(year: year, month: month, day: day) == nil)
    }
}
