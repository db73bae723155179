// SPDX-License-Identifier: Apache-2.0
import Access
import BridgeCore
import EncoderModel
import Foundation
import Logging
import SiteConfiguration
import Synchronization
import TestKit
import Testing

@testable import AccessCore
@testable import Daemon

/// Cards beside codes, on a real queue whose journal is in memory.
@Suite struct AccessCardsTests {
    private static let day: TimeInterval = 86_400
    private static let fault = JournalFault("The disk is full: make room.")

    /// What outlives the service: journal, store and clocks. Each ``running(_:)`` is a start of the bridge.
    private struct House: Sendable {
        let clocks = TwoClocks(SmallSite.start)
        let store = MemoryStore()
        let journal = MemoryJournal()
        let queue: JobQueue

        init() {
            let encoder = EncoderStatus(
                name: "front-desk", state: .ready, driver: "test", kind: .lockMaker, port: PortStatus(match: "test"), capabilities: [])
            queue = JobQueue(
                encoders: [encoder], journal: journal, timeZone: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func running(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
            let site = try SmallSite(clocks, store: store)
            let cards = AccessCards(
                AccessSettings.CardSettings(encoder: "front-desk", onCheckIn: true), issuesOnCheckIn: true, desk: queue,
                service: site.service,
                time: Timekeeper(
                    now: clocks.keeper.now, uptime: clocks.keeper.uptime, sleep: { _ in try await Task.sleep(for: .milliseconds(5)) }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let retries = Task { await cards.run() }
            defer { retries.cancel() }
            let desk = Desk(house: self, site: site, cards: cards)
            try await site.running { _ in
                await eventually("the start") { await site.service.hasLoaded }
                try await desk.hear(since: 0)
                try await body(desk)
            }
        }

        func expectOrders(_ count: Int) async throws {
            let found = try await orders
            #expect(found.count == count)
        }

        var orders: [Job] {
            get async throws { try await journal.jobs(JobFilter(), limit: 100, before: nil).filter { $0.origin == .access } }
        }
    }

    private struct Desk: Sendable {
        let house: House
        let site: SmallSite
        let cards: AccessCards
        var rows: [String] {
            get async { await site.service.openCardsNow.map { "\($0.reservation) \($0.door)" } }
        }

        /// Hands on what the service told of reservations.
        func hear(since count: Int) async throws {
            for change in site.changes.all.withLock({ Array($0.dropFirst(count)) }) { await cards.heard(change) }
        }

        /// The PMS tells a reservation, and the cards hear of it.
        func tell(_ stay: Stay) async throws {
            let before = site.changes.all.withLock(\.count)
            let rooms = [SmallSite.room, Resource(id: "r2", name: "102"), Resource(id: "r3", name: "103")]
            site.pms.tell.yield(StayNews(stays: [stay], resources: rooms, isAll: true, time: house.clocks.keeper.now()))
            await eventually("it is told") { site.changes.all.withLock(\.count) > before }
            try await hear(since: before)
        }

        /// Some encoder cuts a card.
        func cut(
            _ number: String?, room: String = "101", mode: KeyMode = .new, cards count: Int = 1, state: JobState = .done,
            until: TimeInterval = day
        ) async throws {
            let now = house.clocks.keeper.now()
            let order = KeyOrder(
                lockIds: [room], validFrom: now, validUntil: SmallSite.start.addingTimeInterval(until), copies: 2, mode: mode,
                reservationNumber: number)
            var job = Job(id: .random(), encoder: "front-desk", order: order, origin: .local, createdAt: now)
            _ = try await house.journal.accept(job, note: "accepted", reports: [])
            house.clocks.pass(1)
            job.state = state
            job.receipts = (0..<count).map { Receipt(copy: $0 + 1, serial: nil, verified: true, at: house.clocks.keeper.now()) }
            _ = try await house.journal.record(job, trail: TrailEntry(at: now, state: state, note: "cut"), reports: [])
            await cards.heard(JobDocument(job))
        }
    }

    private static func stay(_ state: Stay.State = .started, room: ResourceID = "r1", updated: TimeInterval = 0) -> Stay {
        var stay = SmallSite.stay()
        stay.state = state
        stay.resource = room
        stay.actualStart = SmallSite.start
        stay.updated = SmallSite.start.addingTimeInterval(updated)
        return stay
    }

    // MARK: Check-in

    @Test func checkIn_isOneCard_alsoWhenItIsToldAgainAndAfterARestart() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            try await desk.tell(Self.stay(updated: 5))
            let orders = try await house.orders
            #expect(orders.map(\.order.lockIds) == [["101"]])
            #expect(orders.first?.order.reservationNumber == "1001")
            #expect(orders.first?.order.validUntil == SmallSite.stay().scheduledEnd)
        }
        try await house.running { _ in try await house.expectOrders(1) }
    }

    @Test func checkIn_thatWasKeptRightBeforeTheBridgeStopped_isACardAllTheSame() async throws {
        let house = House()
        try await house.store.keep([.stay(Self.stay()), .resource(SmallSite.room)])
        try await house.running { _ in try await house.expectOrders(1) }
        let late = House()
        try await late.store.keep([.stay(Self.stay()), .resource(SmallSite.room)])
        late.clocks.pass(301)
        try await late.running { _ in try await late.expectOrders(0) }
    }

    @Test func checkInsOfASwapOfData_queueNothing() async throws {
        let house = House()
        try await house.running { desk in
            for number in 1...40 {
                var stay = Self.stay()
                stay.id = StayID("s\(number)")
                await desk.cards.heard(StayChange(before: nil, stay: stay, room: "101", isRepeated: true))
            }
            try await house.expectOrders(0)
        }
    }

    @Test func cardThatTheJournalRefuses_isARow_untilItIsQueued() async throws {
        let house = House()
        try await house.running { desk in
            await house.journal.fail(Self.fault)
            try await desk.tell(Self.stay())
            await eventually("the row") { await desk.rows == ["1001 101"] }
            let problem = await desk.site.service.healthProblems().first { $0.subject == "cards 1001 101" }
            #expect(problem?.weight == .trouble && problem?.sentence.contains("The disk is full") == true)
            await house.journal.fail(nil)
            await eventually("no row") { await desk.rows.isEmpty }
            try await house.expectOrders(1)
        }
    }

    @Test func cardThatIsRefusedForTooLong_isLeftToTheClerk() async throws {
        let house = House()
        try await house.running { desk in
            await house.journal.fail(Self.fault)
            try await desk.tell(Self.stay())
            house.clocks.pass(301)
            await eventually("it is said") {
                await desk.site.service.openCardsNow.first?.reason?.hasSuffix("cut it by hand.") == true
            }
            await house.journal.fail(nil)
            await eventually("the access log") { house.store.notes.contains { $0.kind == .card && $0.text.contains("cut it by hand") } }
            try await house.expectOrders(0)
            try await desk.cut("1001")
            await eventually("no row") { await desk.rows.isEmpty }
        }
    }

    // MARK: Cards that open

    @Test func cardsOfAGuestWhoLeft_areRows_oneForEachRoom_untilANewKeyOfAnybody() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            try await desk.cut("1001", room: "101")
            try await desk.tell(Self.stay(room: "r2", updated: 60))
            #expect(await desk.rows == ["1001 101"])
            try await desk.cut("1001", room: "102")
            try await desk.tell(Self.stay(room: "r3", updated: 120))
            #expect(await desk.rows == ["1001 101", "1001 102"])
            #expect(house.store.notes.filter { $0.kind == .card }.count == 2, "each is told once")
            // Without a reservation, as at a test of the room.
            try await desk.cut(nil, room: "101")
            #expect(await desk.rows == ["1001 102"])
            try await desk.tell(Self.stay(.processed, room: "r3", updated: 180))
            #expect(await desk.rows == ["1001 102"])
            try await desk.cut("2002", room: "102")
            #expect(await desk.rows.isEmpty)
        }
    }

    @Test func cardOfAnOrderThatFailedLater_isARow_andOneForOneOpeningIsNone() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            try await desk.cut("1001", state: .failed)
            try await desk.cut("1001", room: "102", mode: .oneShot)
            try await desk.tell(Self.stay(.processed, updated: 60))
            #expect(await desk.rows == ["1001 101"])
        }
    }

    @Test func rows_areThereAgain_afterARestart() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            await eventually("the code") { await desk.site.service.grants.first?.state == .set }
            try await desk.cut("1001", until: 2 * Self.day)
            try await desk.tell(Self.stay(room: "r2", updated: 60))
            #expect(await desk.rows == ["1001 101"])
        }
        try await house.running { desk in
            #expect(await desk.rows == ["1001 101"])
            try await desk.tell(Self.stay(.processed, room: "r2", updated: 120))
            // The end that was planned passes; the card's own is later.
            house.clocks.pass(Self.day + 60)
        }
        try await house.running { desk in
            #expect(await desk.rows == ["1001 101"])
            #expect(house.store.notes.filter { $0.kind == .card }.count == 1, "told once")
        }
    }

    @Test func cards_areLookedForAgain_whenTheJournalCouldNotTell() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            try await desk.cut("1001")
            await house.journal.fail(Self.fault)
            try await desk.tell(Self.stay(.processed, updated: 60))
            #expect(await desk.rows.isEmpty)
            await house.journal.fail(nil)
            await eventually("the row") { await desk.rows == ["1001 101"] }
        }
    }

    @Test func laterEnd_isSaid_becauseTheCardKeepsItsOwn() async throws {
        let house = House()
        try await house.running { desk in
            try await desk.tell(Self.stay())
            try await desk.cut("1001")
            var longer = Self.stay(updated: 60)
            longer.scheduledEnd += Self.day
            try await desk.tell(longer)
            #expect(house.store.notes.contains { $0.kind == .card && $0.text.contains("cut it again") })
        }
    }
}
