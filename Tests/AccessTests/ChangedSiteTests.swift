// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// What was put on locks before the site changed its file, or before the journal lost something.
@Suite struct ChangedSiteTests {
    private let door: LockName = "door-101"

    @Test(arguments: LockManner.allCases) func codeInASlotThatIsTheBridgesNoMore_isKnownToBeGone(_ manner: LockManner) {
        var world = SmallHotel.checkedIn(manner)
        #expect(world.grant("s1", door)?.slot == 10)
        world.kill(slots: 20...29)
        world.run(for: 60)
        #expect(world.codes(on: door).count == 1)
        world.tell(SmallHotel.stay("s1", .processed, updated: 120))
        world.run(for: 120)
        #expect(world.grant("s1", door)?.isOver == true && world.codes(on: door).isEmpty)
        world.tell(SmallHotel.stay("s2", updated: 240))
        world.run(for: 60)
        #expect(world.grant("s2", door)?.slot == 20)
    }

    @Test func codeOnALockThatIsNotConfiguredAnyMore_isSaid_andOverByAPersonsWord() throws {
        var world = SmallHotel.checkedIn(.hidden)
        world.setOffline(door, true)
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.run(for: 120)
        #expect(world.grant("s1", door)?.state == .overdue)
        world.kill(without: [door])
        world.run(for: 120)
        #expect(world.grant("s1", door)?.state == .overdue)
        #expect(world.grant("s1", door)?.reason?.contains("no lock door-101 any more") == true)
        try world.retry(GrantID("s1", door))
        #expect(world.grant("s1", door)?.isOver == true)
        #expect(throws: RetryRefusal.over) { try world.retry(GrantID("s1", door)) }
    }

    @Test func grantThatCannotBeRead_isNotMadeAnew_beforeAPersonHasTakenItsCodeOff() throws {
        let id = GrantID("s1", door)
        var world = SmallHotel.checkedIn(.hidden)
        world.kill(unreadable: [id])
        world.run(for: 120)
        #expect(world.kept[id] == nil && world.codes(on: door).count == 1)
        #expect(world.machine.refusals["s1"]?.contains("cannot be read") == true)
        #expect(world.grant("s1", "entrance")?.state == .set, "his other doors are as they were")
        world.doors[door]?.slots = [:]
        try world.retry(id)
        world.run(for: 60)
        #expect(world.grant("s1", door)?.state == .set && world.machine.refusals.isEmpty)
        #expect(world.codes(of: "s1", on: door) == world.grant("s1", door)?.code)
    }

    @Test func grantThatCannotBeRead_isOver_whenItsGuestHasLeft() throws {
        let id = GrantID("s1", door)
        var world = SmallHotel.checkedIn(.hidden)
        world.kill(unreadable: [id])
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.run(for: 60)
        try world.retry(id)
        #expect(world.kept[id]?.isOver == true)
    }
}
