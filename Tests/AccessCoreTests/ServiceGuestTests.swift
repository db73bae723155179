// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Framing
import Synchronization
import Testing

@testable import AccessCore
@testable import LockServer

/// Guests of a hotel system, whose link tells no time, all the way into the service.
@Suite struct ServiceGuestTests {
    private static let year: TimeInterval = 365 * 86_400

    private func source() -> GuestStays { GuestStays(zone: { .gmt }, log: { _ in }) }

    private func event(_ text: String, at: Date) throws -> GuestEvent {
        var codec = FiasCodec(check: false)
        codec.receive([0x02] + Array(text.utf8) + [0x03])
        guard case .frame(.record(let record))? = codec.next() else { throw CancellationError() }
        return try #require(GuestEvent(record, at: at))
    }

    /// `SmallSite.start` is in September 2026.
    private func checkIn(at date: Date = SmallSite.start) throws -> GuestEvent {
        try event("GI|G#7|RN101|GSN|GA260921|GD261123|", at: date)
    }

    @Test func wallClock_isNotVouchedFor_atTheStart_andIsTakenOnceItIsRight() async throws {
        let store = MemoryStore()
        let first = source()
        let clocks = TwoClocks(SmallSite.start)
        let before = try SmallSite(clocks, store: store, source: first)
        try await before.running { site in
            await first.tell(try checkIn())
            await eventually("the code") { await site.service.grants.first?.state == .set }
        }
        let wrong = TwoClocks(SmallSite.start.addingTimeInterval(Self.year))
        let after = try SmallSite(wrong, store: store, source: source())
        after.gateway.slots.withLock { $0 = before.gateway.slots.withLock { $0 } }
        try await after.running { site in
            await eventually("the start") { await site.service.grants.first?.state == .set }
            await site.service.lookAtClock()
            await site.service.takeWallClock()
            #expect(await site.service.trustedNow == nil, "nothing is forgotten by it")
            // Its network sets it right.
            wrong.pass(30)
            wrong.wall.withLock { $0 -= Self.year }
            await site.service.lookAtClock()
            #expect(abs(await site.service.moment().timeIntervalSince(SmallSite.start)) < 3600, "and not a year")
            wrong.pass(601)
            await site.service.lookAtClock()
            await site.service.takeWallClock()
            #expect(await site.service.trustedNow != nil, "once it had time to be set right it counts")
            #expect(site.gateway.codes(SmallSite.topic).count == 1)
        }
    }

    @Test func wallClockBeforeTheJournal_isNeverTaken() async throws {
        let store = MemoryStore()
        try await store.keep([.stay(SmallSite.stay())])
        let clocks = TwoClocks(SmallSite.start.addingTimeInterval(-Self.year))
        try await SmallSite(clocks, store: store, source: source()).running { site in
            await eventually("the start") { await !site.service.stays.isEmpty }
            clocks.pass(601)
            await site.service.lookAtClock()
            await site.service.takeWallClock()
            #expect(await site.service.trustedNow == nil)
        }
    }

    @Test func checkInToldAgain_isNoCheckInOfNow() async throws {
        let source = source()
        try await SmallSite(TwoClocks(SmallSite.start), source: source).running { site in
            await source.tell(try event("GI|G#8|RN101|GSN|GD261123|SF|", at: SmallSite.start))
            await source.tell(try checkIn())
            await eventually("both") { site.changes.all.withLock { $0.count } == 2 }
            let isOne = site.changes.all.withLock { $0.map { $0.isCheckIn(at: SmallSite.start, within: 300) } }
            #expect(isOne == [false, true])
        }
    }

    @Test func olderWord_isNeitherKeptNorTold() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            var left = SmallSite.stay()
            left.state = .processed
            left.updated += 60
            site.pms.tell.yield(StayNews(stays: [left], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()]))
            var other = SmallSite.stay()
            other.id = "s2"
            site.pms.tell.yield(StayNews(stays: [other]))
            await eventually("all of it") { site.changes.all.withLock { $0.contains { $0.stay.id == "s2" } } }
            #expect(site.store.state.withLock { $0.kept.stays.first { $0.id == "s1" }?.state } == .processed)
            #expect(site.changes.all.withLock { $0.map(\.stay.id) } == ["s1", "s2"])
        }
    }

    @Test func guestWithoutADayOfDeparture_isARow_untilItIsTold() async throws {
        let source = source()
        try await SmallSite(TwoClocks(SmallSite.start), source: source).running { site in
            await source.tell(try event("GI|G#7|RN101|GSN|", at: SmallSite.start))
            await eventually("the row") { await site.service.refusals.map(\.reservationNumber) == ["7"] }
            #expect(await site.service.healthProblems().contains { $0.subject == "7" && $0.weight == .note })
            await source.tell(try event("GC|G#7|RN101|GSN|GD261123|", at: SmallSite.start.addingTimeInterval(1)))
            await eventually("no row") { await site.service.refusals.isEmpty }
        }
    }
}
