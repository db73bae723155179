// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import Framing
import Synchronization
import Testing

@testable import LockServer

/// Guests of a hotel system as stays that doors follow.
@Suite(.timeLimit(.minutes(6))) struct GuestStaysTests {
    private let now = Date(timeIntervalSince1970: 1_795_266_000)  // 21.11.2026 14:00 in Prague
    private let prague = TimeZone(identifier: "Europe/Prague") ?? .gmt

    private func event(_ text: String, at: Date? = nil) throws -> GuestEvent {
        var codec = FiasCodec(check: false)
        codec.receive([0x02] + Array(text.utf8) + [0x03])
        guard case .frame(.record(let record))? = codec.next() else { throw CancellationError() }
        return try #require(GuestEvent(record, at: at ?? now))
    }

    @Test func checkIn_opensTheRoom_untilNoonOfTheLastDay() throws {
        let news = GuestStays.news(of: try event("GI|G#7|RN101|GSN|GA261121|GD261123|"), in: prague)
        let stay = try #require(news.stays.first)
        #expect(stay.state == .started && stay.id == "7" && stay.resource == "101")
        #expect(stay.scheduledEnd == ISO8601DateFormatter().date(from: "2026-11-23T11:00:00Z"))
        #expect(stay.scheduledStart <= now)
        #expect(news.resources == [Resource(id: "101", name: "101")])
    }

    @Test func checkOut_endsTheStay_alsoWithoutDates() throws {
        let left = try event("GO|G#7|RN101|GSN|")
        let stay = try #require(GuestStays.news(of: left, in: prague).stays.first)
        #expect(stay.state == .processed && stay.actualEnd == now)
    }

    /// A code without an end is never given.
    @Test(arguments: ["GI|G#7|RN101|GSN|", "GI|G#7|RN101|GD|", "GC|G#7|RN101|GD261399|"])
    func guestWithoutADayOfDeparture_getsNoCode(text: String) throws {
        let news = GuestStays.news(of: try event(text), in: prague)
        #expect(news.stays.isEmpty)
        #expect(news.refused.map(\.number) == ["7"])
        #expect(news.refused.first?.reason.contains("GD") == true)
    }

    @Test func move_keepsTheDates_thatTheCheckInTold() throws {
        var book = GuestBook()
        book.take(try event("GI|G#7|RN101|GSN|GA261121|GD261123|"))
        book.take(try event("GC|G#7|RN202|GSN|RO101|GSN|", at: now + 60))
        let moved = try #require(book.stays["7"])
        let stay = try #require(GuestStays.news(of: moved, in: prague).stays.first)
        #expect(stay.resource == "202" && stay.state == .started)
        #expect(stay.scheduledEnd == ISO8601DateFormatter().date(from: "2026-11-23T11:00:00Z"))
        #expect(stay.updated == now + 60, "newer than the check-in, or it would count for nothing")
    }

    @Test func events_areGivenInOrder_andAgainUntilTheyAreDurable() async throws {
        let zone = prague
        let source = GuestStays(zone: { zone }) { _ in }
        let (stream, told) = AsyncStream.makeStream(of: StayNews.self)
        let refusals = Mutex(1)
        await source.tell(try event("GI|G#7|RN101|GSN|GD261123|"))
        await source.tell(try event("GO|G#7|RN101|GSN|", at: now + 60))
        let work = Task {
            await source.run { news async throws(GrantStoreFault) in
                let isRefused = refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isRefused { throw GrantStoreFault("the disk is full") }
                told.yield(news)
            }
        }
        var taken: [StayNews] = []
        for await news in stream {
            taken.append(news)
            if taken.count == 3 { break }
        }
        work.cancel()
        await work.value
        #expect(taken.map(\.isAll) == [true, false, false])
        #expect(taken.allSatisfy { $0.time == nil }, "nobody vouches for this machine's clock")
        #expect(taken.flatMap(\.stays).map(\.state) == [.started, .processed])
    }

    @Test func events_waitWhereTheyCameFrom_whileTheDiskIsFull_andNoneIsLost() async throws {
        let zone = prague
        let source = GuestStays(zone: { zone }, mostWaiting: 2) { _ in }
        let (stream, given) = AsyncStream.makeStream(of: StayNews.self)
        let disk = Mutex((isFull: true, refusals: 0))
        let events = try (1...5).map { try event("GO|G#\($0)|RN101|GSN|") }
        let told = Mutex(0)
        let (bells, bell) = AsyncStream.makeStream(of: Void.self)
        let teller = Task {
            for event in events {
                await source.tell(event)
                told.withLock { $0 += 1 }
            }
        }
        let work = Task {
            await source.run { news async throws(GrantStoreFault) in
                let isFull = disk.withLock { disk in
                    disk.refusals += disk.isFull ? 1 : 0
                    return disk.isFull
                }
                guard isFull else { return _ = given.yield(news) }
                bell.yield()
                throw GrantStoreFault("the disk is full")
            }
        }
        for await _ in bells where disk.withLock({ $0.refusals }) == 3 { break }
        #expect(told.withLock { $0 } <= 2)
        disk.withLock { $0.isFull = false }
        var left: [StayID] = []
        for await news in stream {
            left += news.stays.map(\.id)
            if left.count == events.count { break }
        }
        #expect(left == ["1", "2", "3", "4", "5"])
        work.cancel()
        await teller.value
        await work.value
    }

    @Test func checkOut_counts_thoughTheWallClockWasSetBack() throws {
        var book = GuestBook()
        book.take(try event("GI|G#7|RN101|GSN|GA261121|GD261123|"))
        let checkedIn = try #require(book.stays["7"])
        let before = try #require(GuestStays.news(of: checkedIn, in: prague).stays.first)
        book.take(try event("GO|G#7|RN101|GSN|", at: now - 3600))
        let left = try #require(book.stays["7"])
        let after = try #require(GuestStays.news(of: left, in: prague).stays.first)
        #expect(after.state == .processed && after.isNews(after: before))
        let kept = try JSONDecoder().decode(GuestBook.self, from: try JSONEncoder().encode(book))
        #expect(kept == book)
    }

    @Test func checkIn_hasItsTime_andAToldAgainOneHasNone() throws {
        var book = GuestBook()
        book.take(try event("GI|G#7|RN101|GSN|GD261123|"))
        book.take(try event("GC|G#7|RN202|GSN|RO101|GSN|", at: now + 60))
        book.take(try event("GI|G#8|RN102|GSN|GD261123|SF|"))
        let seven = GuestStays.news(of: try #require(book.stays["7"]), in: prague)
        let eight = GuestStays.news(of: try #require(book.stays["8"]), in: prague)
        #expect(seven.stays.first?.actualStart == now && !seven.isRepeated)
        #expect(eight.stays.first?.actualStart == nil && eight.isRepeated)
        let unknown = GuestStays.news(of: try event("GC|G#9|RN103|GSN|GD261123|"), in: prague)
        #expect(unknown.isRepeated, "in house already, and nobody heard the check-in")
    }

    @Test func dayUse_opensUntilTheEndOfTheDay() throws {
        let today = try event("GI|G#7|RN101|GSN|GA261121|GD261121|")
        let stay = try #require(GuestStays.news(of: today, in: prague).stays.first)
        #expect(stay.scheduledEnd == ISO8601DateFormatter().date(from: "2026-11-21T22:59:00Z"))
        let then = try event("GI|G#7|RN101|GSN|GA261101|GD261103|")
        let past = try #require(GuestStays.news(of: then, in: prague).stays.first)
        #expect(past.scheduledEnd < now, "a stay of the past is over")
    }

    @Test func fullBook_dropsWhatIsLongPast_andNoNewCheckIn() throws {
        var book = GuestBook()
        for number in 1...10_000 { book.take(try event("GI|G#\(number)|RN101|GSN|GD\(number == 500 ? "261001" : "261123")|")) }
        #expect(book.take(try event("GI|G#20000|RN101|GSN|GD261123|", at: now + 1)))
        #expect(book.stays["20000"] != nil && book.stays["500"] == nil)
        #expect(!book.take(try event("GI|G#20001|RN101|GSN|GD261123|", at: now + 2)), "all are in house: that is said")
    }
}
