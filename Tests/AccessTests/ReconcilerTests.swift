// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// What happens to a reservation, and what the locks hold then.
@Suite struct ReconcilerTests {
    private static let day: TimeInterval = 86_400

    @Test func checkIn_issues_onRoomAndItsCommonAreas() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s1", .confirmed))
        world.run(for: 10)
        #expect(world.machine.grants.isEmpty)
        world.tell(SmallHotel.stay(updated: 1))
        world.run(for: 30)
        for lock: LockName in ["door-101", "entrance", "pool"] { #expect(world.grant("s1", lock)?.state == .set) }
        #expect(world.grant("s1", "cellar") == nil, "no room listed and no `everyone`: nobody")
        #expect(world.codes(of: "s1", on: "door-101")?.count == 6)
        #expect(world.codes(of: "s1", on: "door-101") == world.codes(of: "s1", on: "entrance"))
    }

    @Test func earlyCheckIn_beginsNow() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(from: 7200, actual: 0))
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
        #expect(world.grant("s1", "door-101")?.window.start == World.start)
    }

    @Test func extension_keepsTheCode() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        let code = world.codes(of: "s1", on: "door-101")
        world.tell(SmallHotel.stay(until: 3 * Self.day, updated: 60))
        world.run(for: 2 * Self.day)
        #expect(world.codes(of: "s1", on: "door-101") == code)
        world.run(for: Self.day + 60)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func extension_isToldToALockThatKeepsTheWindow() {
        var world = SmallHotel.world(keepsWindow: true)
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        let code = world.codes(of: "s1", on: "door-101")
        world.tell(SmallHotel.stay(until: 2 * Self.day, updated: 60))
        world.run(for: 30)
        let grant = world.grant("s1", "door-101")
        #expect(grant?.toldWindow == grant?.window)
        #expect(grant?.window.end == World.start.addingTimeInterval(2 * Self.day))
        #expect(world.codes(of: "s1", on: "door-101") == code)
    }

    @Test func endOfWindow_removes_thoughNobodyCheckedOut() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 3590)
        #expect(world.codes(on: "door-101").count == 1)
        world.run(for: 30)
        #expect(world.codes(on: "door-101").isEmpty)
        #expect(world.grant("s1", "door-101")?.state == .removed)
        #expect(world.grant("s1", "door-101")?.code == nil)
    }

    @Test(arguments: [Stay.State.processed, .confirmed, .canceled])
    func endOfStay_removesAtOnce(_ state: Stay.State) {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        world.tell(SmallHotel.stay("s1", state, updated: 60))
        world.run(for: 30)
        for lock in SmallHotel.locks { #expect(world.codes(on: lock).isEmpty) }
        #expect(world.machine.tokens(of: "s1", at: world.now).isEmpty)
    }

    @Test func checkOut_leavesTheCodeToItsEnd_whenTheSiteSaysSo() {
        var world = SmallHotel.world { $0.removeOnCheckOut = false }
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 30)
        world.tell(SmallHotel.stay("s1", .processed, until: 3600, updated: 60))
        world.run(for: 60)
        #expect(world.codes(on: "door-101").count == 1)
        world.run(for: 3600)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func checkIn_issuesNothing_whenTheSiteSaysSo() {
        var world = SmallHotel.world { $0.issueOnCheckIn = false }
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        #expect(world.machine.grants.isEmpty)
    }

    @Test func move_opensTheNewRoomFirst_thenClosesTheOldOne() {
        var world = SmallHotel.world { $0.moveGrace = 300 }
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        world.setOffline("door-102", true)
        world.tell(SmallHotel.stay(in: "r102", updated: 60))
        world.run(for: 400)
        #expect(world.codes(on: "door-101").count == 1, "the new room is not open yet")
        world.setOffline("door-102", false)
        world.run(for: 200)
        #expect(world.codes(on: "door-102").count == 1)
        #expect(world.codes(on: "door-101").count == 1, "grace")
        world.run(for: 150)
        #expect(world.codes(on: "door-101").isEmpty)
        #expect(world.codes(on: "entrance").isEmpty, "102 has no entrance")
    }

    @Test func move_takesTheOldRoomAway_whenTheNextGuestHasIt() {
        var world = SmallHotel.world { $0.moveGrace = 300 }
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        world.tell(SmallHotel.stay(in: "r102", updated: 60), SmallHotel.stay("s2", in: "r101", updated: 60))
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .removed)
        #expect(world.codes(of: "s2", on: "door-101") != nil)
    }

    @Test func roomNotAssigned_waitsWithoutError() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(in: nil))
        world.run(for: 30)
        #expect(world.machine.grants.isEmpty)
        #expect(world.machine.refusals.isEmpty)
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 30)
        #expect(world.codes(on: "door-101").count == 1)
    }

    @Test func moveToARoomThatIsNotKnownYet_takesNothingAway() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        world.tell(SmallHotel.stay(in: "new", updated: 60))
        world.run(for: 30)
        #expect(world.codes(on: "door-101").count == 1)
        world.tell([Resource(id: "new", name: "102")])
        world.run(for: 30)
        #expect(world.codes(on: "door-101").isEmpty)
        #expect(world.codes(on: "door-102").count == 1)
    }

    @Test func splitStay_isTwoGrantsWithTwoCodes() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s1", in: "r101"), SmallHotel.stay("s2", in: "r103"))
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: "pool") != world.codes(of: "s2", on: "pool"))
        #expect(world.codes(on: "pool").count == 2)
    }

    @Test(arguments: ["rd1", "rd3"] as [ResourceID])
    func bed_hasTheLocksOfItsRoomAndItsCommonDoors(_ bed: ResourceID) {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(in: bed))
        world.run(for: 30)
        for lock: LockName in ["dorm", "entrance", "pool"] { #expect(world.grant("s1", lock)?.state == .set) }
        #expect(world.machine.tokens(of: "s1", at: world.now).first?.opensBed == true)
    }

    @Test func sameEventTwice_changesNothing() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        let before = world.machine.grants
        world.tell(SmallHotel.stay())
        world.tell(SmallHotel.resources)
        world.run(for: 30)
        #expect(world.machine.grants == before)
        #expect(world.doors["door-101"]?.history.count == 1)
    }

    @Test func oldNews_doesNotUndoNewer() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.tell(SmallHotel.stay(updated: 0))
        world.run(for: 30)
        #expect(world.machine.grants.isEmpty)
    }

    @Test func checkedInAgain_getsANewCode() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        let first = world.codes(of: "s1", on: "door-101")
        world.tell(SmallHotel.stay("s1", .confirmed, updated: 60))
        world.run(for: 30)
        world.tell(SmallHotel.stay(updated: 120))
        world.run(for: 30)
        #expect(world.codes(of: "s1", on: "door-101") != nil)
        #expect(world.codes(of: "s1", on: "door-101") != first)
    }

    @Test func afterAStart_clearsGoBeforeSetsAndTheOverdueFirst() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s1", until: 3600), SmallHotel.stay("s2", until: 1800))
        world.run(for: 60)
        world.connect(false)
        world.run(for: 7200)
        world.tell(SmallHotel.stay("s3", updated: 7200))
        world.kill()
        var sent: [LockCommand] = []
        for action in world.machine.handle(.connected("door-101", true), at: world.now) {
            if case .send(_, let command) = action { sent.append(command) }
        }
        let last = world.grant("s2", "door-101")?.slot
        // It looks first whether the code is still there.
        #expect(sent == [.ask(slot: last ?? -1)])
        #expect(world.grant("s2", "door-101")?.state == .overdue)
        world.isBrokerUp = true
        world.run(for: 60)
        #expect(world.grant("s2", "door-101")?.isOver == true)
        #expect(world.notes.contains { $0.kind == .overdue })
    }

    @Test func preload_isOnALockThatKeepsTheWindowOnly() {
        for keeps in [true, false] {
            var world = SmallHotel.world({ $0.preload = 3 * 86_400 }, keepsWindow: keeps)
            world.tell(SmallHotel.stay("s1", .confirmed, from: 86_400, until: 2 * 86_400))
            world.run(for: 30)
            #expect(world.codes(on: "door-101").count == (keeps ? 1 : 0))
            world.tell(SmallHotel.stay("s1", .canceled, from: 86_400, until: 2 * 86_400, updated: 60))
            world.run(for: 30)
            #expect(world.codes(on: "door-101").isEmpty)
        }
    }

    @Test(arguments: [("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z")])
    func clockChange_doesNotMoveTheEnd(_ nights: (String, String)) throws {
        for text in [nights.0, nights.1] {
            let change = try #require(ISO8601DateFormatter().date(from: text))
            var world = SmallHotel.world()
            let offset = change.timeIntervalSince(World.start)
            world.now = change.addingTimeInterval(-7200)
            world.tell(SmallHotel.stay(from: offset - 7200, until: offset + 1800, updated: offset - 7200))
            world.run(for: 7200 + 1790)
            #expect(world.codes(on: "door-101").count == 1)
            world.run(for: 30)
            #expect(world.codes(on: "door-101").isEmpty)
        }
    }
}
