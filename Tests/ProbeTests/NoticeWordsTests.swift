// SPDX-License-Identifier: Apache-2.0
import Console
import EncoderModel
import Foundation
import Testing

/// What a technician types for a lock system.
@Suite struct NoticeWordsTests {
    private let prague = TimeZone(identifier: "Europe/Prague") ?? .gmt
    private let now = Date(timeIntervalSince1970: 1_795_266_000)  // 21.11.2026 14:00 in Prague

    private func words(
        _ kind: StayNotice.Kind, _ reservation: String? = nil, room: String = "102", from: String? = nil, until: String? = nil
    ) throws -> NoticeWords {
        try NoticeWords(kind, room: room, reservation: reservation, oldRoom: from, until: until, zone: prague, now: now)
    }

    @Test func words_areANotice_andSaidAsUnderstood() throws {
        #expect(try words(.checkOut).notice == .checkOut(room: "102", reservation: nil))
        #expect(try words(.checkOut, "17").done == "Done: the keys of reservation 17 for room 102 have ended.")
        let moved = try words(.keyChange, "17", from: "101", until: "2026-11-30T11:00")
        #expect(moved.done == "Done: the keys of reservation 17 open room 102 instead of 101 until 2026-11-30 11:00 (Europe/Prague).")
        guard case .keyChange(let change) = moved.notice else {
            Issue.record("no change")
            return
        }
        #expect(change.validUntil == ISO8601DateFormatter().date(from: "2026-11-30T10:00:00Z"))
    }

    @Test func nonsense_isRefused_beforeAnybodyIsTold() {
        func refused(_ words: @autoclosure () throws -> NoticeWords) -> String? {
            do { _ = try words() } catch { return (error as? NoticeWords.Objection)?.text }
            return nil
        }
        #expect(refused(try words(.checkOut, from: "101"))?.contains("belong to key-change") == true)
        #expect(refused(try words(.checkOut, room: " "))?.contains("no room") == true)
        #expect(refused(try words(.keyChange, from: "101"))?.contains("--reservation NUMBER") == true)
        #expect(refused(try words(.keyChange, "17"))?.contains("nothing is to be changed") == true)
        for text in ["2026-11-30", "30.11.2026 11:00", "2026-13-01T11:00", "2026-11-30T25:00", "2026-11-30T1:00"] {
            #expect(refused(try words(.keyChange, "17", until: text))?.contains("is no time") == true, "\(text)")
        }
        #expect(refused(try words(.keyChange, "17", until: "2026-11-21T14:00"))?.contains("is past") == true)
    }
}
