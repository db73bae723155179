// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import CloudConnector

@Suite struct UTCTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2016-02-20T13:00:00Z", 1_455_973_200),
        ("2016-02-29T00:00:00Z", 1_456_704_000),
        ("2026-03-28T13:55:01Z", 1_774_706_101),
        ("2026-03-28T13:55:01.25Z", 1_774_706_101.25),
        ("2026-03-28T13:55:01.1234567Z", 1_774_706_101.1234567),
        ("2026-03-28T13:55:01", 1_774_706_101),
        ("2026-03-28T13:55Z", 1_774_706_100),
        ("2026-03-28T15:55:01+02:00", 1_774_706_101),
        ("2026-03-28T08:55:01-0500", 1_774_706_101),
        ("2026-03-28 13:55:01z", 1_774_706_101),
    ])
    func parse_givesTheInstant_whenWrittenAsMewsOrCloseToIt(text: String, seconds: Double) throws {
        let date = try #require(UTCText.parse(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-5)
    }

    @Test(arguments: [
        "", "2026", "2026-03-28", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zebra", "2026-01-01T00:00:00+99:00", "0000-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
        "\u{0}", "today",
    ])
    func parse_givesNothing_whenItIsNoInstant(text: String) {
        #expect(UTCText.parse(text) == nil)
    }

    @Test func text_isReadBack_forAnySecondOfFourCenturies() throws {
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<20_000 {
            let seconds = Double(Int.random(in: -6_000_000_000...7_000_000_000, using: &generator))
            let date = Date(timeIntervalSince1970: seconds)
            #expect(UTCText.parse(UTCText.text(date)) == date, "\(seconds)")
        }
    }

    @Test func parse_neverCrashes_onRandomText() {
        var generator = SeededGenerator(seed: 7)
        let letters = Array("0123456789-:TZ.+ \u{301}é")
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...30, using: &generator)
            _ = UTCText.parse(String((0..<length).compactMap { _ in letters.randomElement(using: &generator) }))
        }
    }
}

/// The same numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
