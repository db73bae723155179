// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Synchronization
import Testing

@testable import AccessCore

/// The whole service, with a wall clock that lies.
@Suite struct ServiceClockTests {
    @Test func code_isThere_andStays_whenTheWallClockIsSetAYearAhead() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code") { await site.service.grants.first?.state == .set }
            clocks.wall.withLock { $0 += 365 * 86_400 }
            await site.service.step([.tick])
            await site.service.lookAtClock()
            #expect(site.gateway.codes(SmallSite.topic).count == 1)
            #expect(await site.service.now() < SmallSite.start.addingTimeInterval(60))
            let problems = await site.service.healthProblems()
            #expect(problems.contains { $0.area == .clock && $0.sentence.contains("365 days ahead") })
        }
    }

    @Test func code_goesAtItsEnd_thoughTheWallClockWasSetBack() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            site.pms.tell.yield(
                StayNews(stays: [SmallSite.stay(until: 3600)], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code") { await site.service.grants.first?.state == .set }
            clocks.wall.withLock { $0 -= 365 * 86_400 }
            clocks.pass(3601)
            await site.service.step([.tick])
            await eventually("the end") { site.gateway.codes(SmallSite.topic).isEmpty }
        }
    }

    @Test func restart_keepsTheCode_thoughTheWallClockIsAYearAhead() async throws {
        let store = MemoryStore()
        let clocks = TwoClocks(SmallSite.start)
        let first = try SmallSite(clocks, store: store)
        try await first.running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code") { await site.service.grants.first?.state == .set }
        }
        let wrong = TwoClocks(SmallSite.start.addingTimeInterval(365 * 86_400))
        let second = try SmallSite(wrong, store: store)
        second.gateway.slots.withLock { $0 = first.gateway.slots.withLock { $0 } }
        try await second.running { site in
            await eventually("the start") { await site.service.grants.first?.state == .set }
            #expect(await site.service.trustedNow == nil, "nothing is forgotten by a clock that nobody vouches for")
            site.pms.tell.yield(StayNews(isAll: true, time: SmallSite.start.addingTimeInterval(600)))
            await eventually("the PMS' time") { await site.service.trustedNow != nil }
            await site.service.step([.tick])
            #expect(site.gateway.codes(SmallSite.topic).count == 1)
            #expect(await site.service.grants.first?.state == .set)
        }
    }

    /// What was decided and could not be kept was not sent: nothing is lost by stopping.
    @Test func service_stops_thoughItsStoreRefusesEverything() async throws {
        let site = try SmallSite(TwoClocks(SmallSite.start))
        let hasEnded = Mutex(false)
        let run = Task {
            await site.service.run()
            hasEnded.withLock { $0 = true }
        }
        site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
        await eventually("the code") { await site.service.grants.first?.state == .set }
        site.store.state.withLock { $0.fault = GrantStoreFault("The disk is full: make room.") }
        site.gateway.setAway(SmallSite.topic, true)
        await eventually("it is said") { await site.service.healthProblems().contains { $0.area == .journal } }
        run.cancel()
        await eventually("the end") { hasEnded.withLock { $0 } }
    }
}
