// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Synchronization
import Testing

@testable import AccessCore

/// Cards beside codes, and what people see of both.
@Suite struct ServiceCardTests {
    private static let day: TimeInterval = 86_400

    private static func stay(_ state: Stay.State, actual: TimeInterval? = nil, updated: TimeInterval = 0, room: ResourceID = "r1") -> Stay {
        var stay = SmallSite.stay()
        stay.state = state
        stay.resource = room
        stay.actualStart = actual.map(SmallSite.start.addingTimeInterval)
        stay.updated = SmallSite.start.addingTimeInterval(updated)
        return stay
    }

    @Test func checkIn_isOne_onlyWhenItIsNew() {
        func isOne(_ before: Stay?, _ stay: Stay, room: String? = "101") -> Bool {
            StayChange(before: before, stay: stay, room: room).isCheckIn(at: SmallSite.start, within: 300)
        }
        #expect(isOne(Self.stay(.confirmed), Self.stay(.started, actual: -60)))
        #expect(isOne(nil, Self.stay(.started, actual: -60)), "booked and checked in at once")
        #expect(!isOne(Self.stay(.started, actual: -60), Self.stay(.started, actual: -60, updated: 5)), "told again")
        #expect(!isOne(nil, Self.stay(.started, actual: -3600)), "a bridge that was off")
        #expect(!isOne(Self.stay(.confirmed), Self.stay(.started, actual: -60), room: nil), "no room yet")
        #expect(!isOne(Self.stay(.confirmed), Self.stay(.canceled)))
    }

    @Test func guest_leaves_byCheckOutAndByMove() {
        #expect(StayChange(before: Self.stay(.started), stay: Self.stay(.processed)).leaves)
        #expect(StayChange(before: Self.stay(.started), stay: Self.stay(.started, room: "r2")).leaves)
        #expect(!StayChange(before: Self.stay(.started), stay: Self.stay(.started, updated: 9)).leaves)
        #expect(!StayChange(before: Self.stay(.confirmed), stay: Self.stay(.canceled)).leaves)
    }

    @Test func serialNumber_isInThePMS_whileTheGuestIsThere() async throws {
        let clocks = TwoClocks(SmallSite.start)
        let cut = Mutex<[CutCard]>([])
        try await SmallSite(clocks, cutCards: { _ throws(AccessSourceFault) in cut.withLock { $0 } }).running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code's token") { site.pms.tokens.withLock { $0.count } == 1 }
            let until = SmallSite.start.addingTimeInterval(Self.day)
            cut.withLock { $0 = [CutCard(room: "101", serial: "04A1B2C3", validFrom: SmallSite.start, validUntil: until)] }
            await site.service.cardsChanged(of: "s1")
            await eventually("the card's token") { site.pms.tokens.withLock { $0.count } == 2 }
            let card = site.pms.tokens.withLock { $0.first { $0.token.serial != nil } }
            #expect(card?.token.value == "04A1B2C3" && card?.token.serial == "04A1B2C3")
            #expect(card?.token.window.end == until && card?.token.opensRoom == true)
            #expect(site.store.state.withLock { $0.kept.tokens.allSatisfy { !$0.mark.contains("04A1B2C3") } })
            site.pms.tell.yield(StayNews(stays: [Self.stay(.processed, updated: 60)]))
            await eventually("no token is left") { site.pms.tokens.withLock { $0.isEmpty } }
        }
    }

    @Test func tokenOfACard_isLeftAlone_atARestart() async throws {
        let card = CutCard(
            room: "101", serial: "04A1B2C3", validFrom: SmallSite.start, validUntil: SmallSite.start.addingTimeInterval(Self.day))
        let clocks = TwoClocks(SmallSite.start)
        let store = MemoryStore()
        let before = try SmallSite(clocks, store: store, cutCards: { _ throws(AccessSourceFault) in [card] })
        try await before.running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("both tokens") { site.pms.tokens.withLock { $0.count } == 2 }
        }
        // Nobody can tell of cards at first, as a journal that is busy.
        let canTell = Mutex(false)
        let after = try SmallSite(
            clocks, store: store,
            cutCards: { _ throws(AccessSourceFault) in
                if canTell.withLock({ $0 }) { return [card] }
                throw AccessSourceFault("not now", retryAfter: .milliseconds(20))
            })
        after.gateway.slots.withLock { $0 = before.gateway.slots.withLock { $0 } }
        after.pms.tokens.withLock { $0 = before.pms.tokens.withLock { $0 } }
        try await after.running { site in
            await eventually("it is said") { await site.service.healthProblems().contains { $0.sentence == "not now" } }
            canTell.withLock { $0 = true }
            await eventually("the tokens are settled") { await site.service.healthProblems().allSatisfy { $0.sentence != "not now" } }
            #expect(site.pms.deleted.withLock { $0.isEmpty })
            #expect(site.pms.tokens.withLock { $0.count } == 2)
        }
    }

    @Test func foreignCards_areLeftAlone() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            let window = Window(start: SmallSite.start, end: SmallSite.start.addingTimeInterval(Self.day))
            let other = CodeToken(
                stay: "s1", resource: "r1", value: "DEADBEEF", window: window, opensBed: false, opensRoom: true, opensBuilding: false,
                serial: "DEADBEEF")
            site.pms.tokens.withLock { $0 = [PMSToken(id: "x", token: other)] }
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code's token") { site.pms.tokens.withLock { $0.count } == 2 }
            site.pms.tell.yield(StayNews(stays: [Self.stay(.processed, updated: 60)]))
            await eventually("only the other is left") { site.pms.tokens.withLock { $0.map(\.id) } == ["x"] }
        }
    }

    @Test func openCard_isARow_untilItsEnd() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            let until = SmallSite.start.addingTimeInterval(3600)
            await site.service.show(openCards: [
                .init(reservation: "1001", door: "101", lock: "", state: "card", look: .bad, until: until, reason: "take it back")
            ])
            await eventually("the row") { await site.service.healthProblems().contains { $0.subject == "cards 1001 101" } }
            #expect(await site.service.status.doors.map(\.state) == ["card"])
            clocks.pass(3601)
            #expect(await site.service.status.doors.isEmpty)
        }
    }

    @Test func status_showsDoorsAndLocks_andNoCode() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks) { $0.backupCodes = 2 }.running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("all codes") { site.gateway.codes(SmallSite.topic).count == 3 }
            await eventually("the status") {
                let status = await site.service.status
                return status.locks.first?.backupCodes == 2 && status.figures.grants["set"] == 1
            }
            let text = String(decoding: try JSONEncoder().encode(await site.service.status), as: UTF8.self)
            for code in site.gateway.codes(SmallSite.topic) { #expect(!text.contains(code)) }
            #expect(await site.service.grants.count == 1, "what is nobody's is no grant of the list")
            site.gateway.setAway(SmallSite.topic, true)
            await eventually("offline") { await site.service.status.figures.locksOffline == 1 }
            #expect(site.store.notes.contains { $0.kind == .unreachable })
        }
    }

    @Test func offlineLock_opensByABackupCode_thatThePMSShows() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks) { $0.backupCodes = 1 }.running { site in
            site.pms.tell.yield(StayNews(resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the back-up code") { await site.service.status.locks.first?.backupCodes == 1 }
            let backup = site.gateway.codes(SmallSite.topic)
            site.gateway.setAway(SmallSite.topic, true)
            await eventually("offline") { await site.service.status.figures.locksOffline == 1 }
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()]))
            await eventually("the grant") { await site.service.grants.count == 1 }
            clocks.pass(61)
            await site.service.step([.tick])
            await eventually("the token") { site.pms.tokens.withLock { $0.map(\.token.value) } == backup }
            #expect(await site.service.grants.first?.isBackup == true)
        }
    }

    /// Killed between the lock's word and the PMS'.
    @Test func codeThatThePMSWasNeverTold_isToldAfterAStart() async throws {
        let store = MemoryStore()
        var grant = Grant(
            id: "s1.door-101", stay: "s1", number: "1001", lock: "door-101", target: "101", isCommon: false,
            window: Window(start: SmallSite.stay().scheduledStart, end: SmallSite.stay().scheduledEnd), goal: .on, state: .set,
            since: SmallSite.start)
        (grant.slot, grant.code, grant.onLockSince) = (10, "483920", SmallSite.start)
        store.state.withLock { $0.kept = KeptAccess(stays: [SmallSite.stay()], resources: [SmallSite.room], grants: [grant]) }
        let site = try SmallSite(TwoClocks(SmallSite.start), store: store)
        // The lock has it, so nothing else makes the bridge look at this reservation.
        site.gateway.slots.withLock { $0[SmallSite.topic] = [10: "483920"] }
        try await site.running { site in
            await eventually("the token") { site.pms.tokens.withLock { $0.contains { $0.token.value.hasPrefix("483920") } } }
        }
    }

    /// That the lock did not take the clear is no news of a guest without a code.
    @Test func row_saysThatACodeIsTooMany_whenTakingItOffFailed() async throws {
        let store = MemoryStore()
        var grant = Grant(
            id: "s1.door-101", stay: "s1", number: "1001", lock: "door-101", target: "101", isCommon: false,
            window: Window(start: SmallSite.start, end: SmallSite.start), goal: .off, state: .failed, since: SmallSite.start)
        (grant.slot, grant.offSince) = (10, SmallSite.start.addingTimeInterval(Self.day))
        store.state.withLock { $0.kept.grants = [grant] }
        try await SmallSite(TwoClocks(SmallSite.start), store: store).running { site in
            await eventually("the row") { await site.service.healthProblems().contains { $0.subject == "s1.door-101" } }
            let sentence = await site.service.healthProblems().first { $0.subject == "s1.door-101" }?.sentence
            #expect(sentence?.hasPrefix("reservation 1001 should have no code any more on 101: ") == true, "\(sentence ?? "")")
        }
    }
}
