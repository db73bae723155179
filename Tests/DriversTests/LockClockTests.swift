// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import Drivers

private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

private func clock(_ layout: DateLayout, _ zone: String) throws -> LockClock {
    LockClock(layout: layout, timeZone: try #require(TimeZone(identifier: zone)))
}

private struct Row: CustomStringConvertible, Sendable {
    let zone: String
    let utc: String
    let minutes: String
    let hours: String
    var description: String { "\(zone) \(utc)" }
    init(_ zone: String, _ utc: String, minutes: String, hours: String) {
        (self.zone, self.utc, self.minutes, self.hours) = (zone, utc, minutes, hours)
    }
}

@Suite struct LockClockTests {
    @Test(arguments: [
        Row("Europe/Prague", "2026-11-23T10:30:00Z", minutes: "1130231126", hours: "12231126"),
        Row("Europe/Prague", "2026-11-23T11:00:00Z", minutes: "1200231126", hours: "12231126"),
        Row("Europe/Prague", "2026-07-23T09:30:00Z", minutes: "1130230726", hours: "12230726"),
        Row("Europe/Prague", "2026-11-23T22:30:00Z", minutes: "2330231126", hours: "00241126"),
        Row("Europe/Prague", "2026-12-31T22:30:00Z", minutes: "2330311226", hours: "00010127"),
        Row("Europe/Prague", "2028-02-28T22:30:00Z", minutes: "2330280228", hours: "00290228"),
        // The days after the changes of the clocks, ordered before them.
        Row("Europe/Prague", "2026-03-29T09:30:00Z", minutes: "1130290326", hours: "12290326"),
        Row("Europe/Prague", "2026-10-25T10:30:00Z", minutes: "1130251026", hours: "12251026"),
        // Spring: 01:30 is followed by 03:00 half an hour later.
        Row("Europe/Prague", "2026-03-29T00:30:00Z", minutes: "0130290326", hours: "03290326"),
        Row("Europe/Prague", "2026-03-29T01:00:00Z", minutes: "0300290326", hours: "03290326"),
        Row("America/New_York", "2026-03-08T06:30:00Z", minutes: "0130080326", hours: "03080326"),
        // Autumn: the lock takes the first of two equal wall times, so an end in the second is moved on.
        Row("Europe/Prague", "2026-10-24T23:30:00Z", minutes: "0130251026", hours: "02251026"),
        Row("Europe/Prague", "2026-10-25T00:00:00Z", minutes: "0200251026", hours: "02251026"),
        Row("Europe/Prague", "2026-10-25T00:30:00Z", minutes: "0230251026", hours: "03251026"),
        Row("Europe/Prague", "2026-10-25T01:30:00Z", minutes: "0300251026", hours: "03251026"),
        Row("Europe/Prague", "2026-10-25T02:00:00Z", minutes: "0300251026", hours: "03251026"),
        Row("America/New_York", "2026-11-01T06:15:00Z", minutes: "0200011126", hours: "02011126"),
        Row("America/New_York", "2026-11-23T16:30:00Z", minutes: "1130231126", hours: "12231126"),
        // Zones off the hour: hours are the hotel's, not those of UTC.
        Row("Asia/Kolkata", "2026-11-23T06:00:00Z", minutes: "1130231126", hours: "12231126"),
        Row("Asia/Kolkata", "2026-11-23T06:30:00Z", minutes: "1200231126", hours: "12231126"),
        Row("Asia/Kathmandu", "2026-11-23T06:00:00Z", minutes: "1145231126", hours: "12231126"),
        // Half an hour of summer time.
        Row("Australia/Lord_Howe", "2026-10-03T15:15:00Z", minutes: "0145041026", hours: "03041026"),
        // Seconds count upwards too.
        Row("UTC", "2026-11-23T11:00:01Z", minutes: "1101231126", hours: "12231126"),
        Row("UTC", "2000-01-01T00:00:00Z", minutes: "0000010100", hours: "00010100"),
    ])
    private func end_isRoundedUp(row: Row) throws {
        let date = try instant(row.utc)
        #expect(try clock(.minutes, row.zone).end(date)?.text == row.minutes)
        #expect(try clock(.hours, row.zone).end(date)?.text == row.hours)
    }

    @Test(arguments: [0.0004, 0.25, 0.9, -0.0005])
    func partOfASecond_makesNoMinuteMore(fraction: Double) throws {
        let end = try instant("2026-11-23T11:00:00Z") + fraction
        #expect(try clock(.minutes, "UTC").end(end)?.text == "1100231126")
        #expect(try clock(.hours, "UTC").end(end)?.text == "11231126")
    }

    @Test(arguments: [
        Row("Europe/Prague", "2026-11-21T13:45:00Z", minutes: "1445211126", hours: "14211126"),
        Row("Europe/Prague", "2026-11-21T13:00:59Z", minutes: "1400211126", hours: "14211126"),
        Row("Europe/Prague", "2026-03-29T01:15:00Z", minutes: "0315290326", hours: "03290326"),
        Row("Europe/Prague", "2026-10-25T01:15:00Z", minutes: "0215251026", hours: "02251026"),
        Row("Asia/Kolkata", "2026-11-21T08:45:00Z", minutes: "1415211126", hours: "14211126"),
        Row("Australia/Lord_Howe", "2026-10-03T15:45:00Z", minutes: "0245041026", hours: "01041026"),
    ])
    private func start_isRoundedDown(row: Row) throws {
        let date = try instant(row.utc)
        #expect(try clock(.minutes, row.zone).start(date) == row.minutes)
        #expect(try clock(.hours, row.zone).start(date) == row.hours)
    }

    @Test(arguments: [
        (
            "Europe/Prague", "2026-11-23T10:30:00Z",
            "The key is valid until 12:00 instead of 11:30: this lock system knows whole hours only."
        ),
        (
            "Europe/Prague", "2026-11-23T22:30:00Z",
            "The key is valid until 2026-11-24 00:00 instead of 2026-11-23 23:30: this lock system knows whole hours only."
        ),
        (
            "Europe/Prague", "2026-10-25T00:30:00Z",
            "The key is valid until 03:00 instead of 02:30: the clocks are put back in that night."
        ),
    ])
    func remark_saysWhatChanged(zone: String, utc: String, remark: String) throws {
        #expect(try clock(.hours, zone).end(try instant(utc))?.remark.map { Words.english($0) } == remark)
    }

    @Test func remark_isAbsent_whenTheEndIsAsAsked() throws {
        #expect(try clock(.hours, "Europe/Prague").end(try instant("2026-11-23T11:00:00Z"))?.remark == nil)
        #expect(try clock(.minutes, "Europe/Prague").end(try instant("2026-11-23T10:30:30Z"))?.remark == nil)
    }

    @Test(arguments: [-62_135_769_600, 64_092_211_200, -1e300, 1e300, .infinity, -.infinity, .nan])
    func dates_areRefused_whenTwoDigitsCannotTellTheYear(seconds: TimeInterval) throws {
        let date = Date(timeIntervalSince1970: seconds)
        for layout in DateLayout.allCases {
            #expect(try clock(layout, "Europe/Prague").end(date) == nil)
            #expect(try clock(layout, "Europe/Prague").start(date) == nil)
        }
    }

    /// Every zone, around its changes of the clocks and through the year: read as early as a lock can, the end is not before the one
    /// asked for, and at most two hours later.
    @Test(arguments: [
        "Europe/Prague", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham", "UTC",
    ])
    func end_isNeverEarly(zone: String) throws {
        let newYear = try instant("2026-01-01T00:00:00Z")
        var moments = stride(from: 0.0, to: 365 * 86400, by: 37 * 3600 + 1000).map { newYear + $0 }
        let timeZone = try #require(TimeZone(identifier: zone))
        var change = timeZone.nextDaylightSavingTimeTransition(after: newYear)
        while let at = change, at < newYear + 365 * 86400 {
            moments += stride(from: -2.0 * 3600, to: 3 * 3600, by: 700).map { at + $0 }
            change = timeZone.nextDaylightSavingTimeTransition(after: at)
        }
        for moment in moments {
            for layout in DateLayout.allCases {
                let end = try #require(try clock(layout, zone).end(moment)).text
                let read = try #require(earliest(end, layout: layout, zone: timeZone))
                #expect(read >= moment && read.timeIntervalSince(moment) <= 7200, "\(layout) \(moment)")
            }
        }
    }

    /// The wall time on the line as a lock reads it: the first instant that shows it.
    private func earliest(_ text: String, layout: DateLayout, zone: TimeZone) -> Date? {
        let digits = text.map(String.init)
        func number(_ place: Int) -> Int? { Int(digits[place] + digits[place + 1]) }
        let shift = layout == .minutes ? 2 : 0
        guard let hour = number(0), let day = number(2 + shift), let month = number(4 + shift), let year = number(6 + shift) else {
            return nil
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let wanted = DateComponents(year: 2000 + year, month: month, day: day, hour: hour, minute: shift == 0 ? 0 : number(2))
        guard let midnight = calendar.date(from: DateComponents(year: 2000 + year, month: month, day: day)) else { return nil }
        // Quarter of an hour steps would do for hours; minutes are searched one by one.
        return stride(from: 0, to: 26 * 3600, by: layout == .minutes ? 60 : 1800).lazy.map { midnight + TimeInterval($0) }.first { date in
            let parts = calendar.dateComponents([.day, .hour, .minute], from: date)
            return parts.day == wanted.day && parts.hour == wanted.hour && parts.minute == wanted.minute
        }
    }
}
