// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A hotel in Prague whose server thinks that it is in New York, and a night in which the clocks change (28 March 2027).
@Suite(.timeLimit(.minutes(6))) struct TimeZoneTests {
    /// 11:30 in Prague: summer time has begun that night, so UTC is two hours behind and not one.
    private static let elevenThirty = "2027-03-28T09:30:00Z"
    private static let newYork = ["TZ": "America/New_York"]

    @Test func endOfStay_isThePropertysTime_ofTheConfiguration() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder, property: "property: { timeZone: Europe/Prague }")
            let bridge = try site.bridge(environment: Self.newYork)
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101", until: Self.elevenThirty).id)
            #expect(job.state == "done")
            #expect(job.remarks == [])
            #expect(try encoder.cards().map(\.till) == ["1130280327"])
            // The day before it is still winter.
            let before = try await bridge.outcome(of: try await bridge.order("102", until: "2027-03-27T10:30:00Z").id)
            #expect(before.state == "done")
            #expect(try encoder.cards().last?.till == "1130270327")
        }
    }

    @Test func endOfStay_isThePropertysTime_ofThePMS() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox(timeZone: "Europe/Prague")
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            let first = try site.bridge(environment: Self.newYork)
            try await first.connected()
            try await first.ready()
            let job = try await first.outcome(of: try await first.order("101", until: Self.elevenThirty).id)
            #expect(job.state == "done")
            #expect(try encoder.cards().last?.till == "1130280327")
            // It is kept: the PMS may be away at the next start.
            try await first.killNine()
            try await sandbox.fault(["away": true])
            let second = try site.bridge(environment: Self.newYork)
            try await second.ready()
            let next = try await second.outcome(of: try await second.order("102", until: Self.elevenThirty).id)
            #expect(next.state == "done")
            #expect(try encoder.cards().last?.till == "1130280327")
        }
    }

    @Test func wholeHours_areRoundedUp_andTheJobSaysSo() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(
                encoder, sandbox: sandbox, settings: "product: tesa-st40", property: "property: { timeZone: Europe/Prague }")
            let bridge = try site.bridge(environment: Self.newYork)
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101", until: Self.elevenThirty).id)
            #expect(job.state == "done")
            #expect(job.remarks == ["The key is valid until 12:00 instead of 11:30: this lock system knows whole hours only."])
            #expect(try encoder.cards().last?.till == "12280327")
            // A stay that ends at a full hour needs no remark, in the PMS neither.
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.notes == "1 key cut on front-desk.")
        }
    }
}
