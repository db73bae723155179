// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// Back-up codes: set ahead, used once, refilled.
@Suite struct BackupCodeTests {
    private func world(_ count: Int = 2, manner: LockManner = .hidden, slots: ClosedRange<Int> = 10...29) -> World {
        var rules = AccessRules(map: SpaceMap(spaces: ["101": .init(locks: ["door-101"]), "102": .init(locks: ["door-102"])]))
        rules.backupCodes = count
        let doors: [LockName: DoorModel] = [
            "door-101": DoorModel(manner: manner), "door-102": DoorModel(manner: manner), "cellar": DoorModel(manner: manner),
        ]
        var world = World(rules, doors: doors, slots: slots)
        world.tell(SmallHotel.resources)
        world.run(for: 60)
        return world
    }

    @Test(arguments: LockManner.allCases)
    func backupCodes_areSetAhead_onMappedLocksOnly(_ manner: LockManner) {
        let world = world(manner: manner)
        #expect(world.codes(on: "door-101").count == 2)
        #expect(world.codes(on: "door-102").count == 2)
        #expect(world.codes(on: "cellar").isEmpty)
        #expect(Set(world.codes(on: "door-101")).count == 2)
        for code in world.codes(on: "door-101") { #expect(!GuessableCode.isOne(code, rooms: ["101"])) }
    }

    @Test func guest_getsABackupCode_whenTheLockIsOffline_andThePMSIsTold() {
        var world = world()
        let before = world.codes(on: "door-101")
        world.setOffline("door-101", true)
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 50)
        #expect(world.machine.tokens(of: "s1", at: world.now).isEmpty, "a lock that comes back in a moment costs no back-up code")
        world.run(for: 30)
        let grant = world.grant("s1", "door-101")
        #expect(grant?.state == .set)
        #expect(grant?.usesBackup == true)
        #expect(grant?.code.map(before.contains) == true)
        #expect(world.machine.tokens(of: "s1", at: world.now).map(\.value) == [grant?.code])
        #expect(world.notes.contains { $0.kind == .backup && $0.number == "101" && $0.text.contains("1 back-up code is left") })
        #expect(!world.notes.contains { note in before.contains { note.text.contains($0) } }, "no code in a note")
    }

    @Test func pool_isRefilled_andTheCodeIsUsedOnce() {
        var world = world(1)
        let first = world.codes(on: "door-101")
        world.setOffline("door-101", true)
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 90)
        world.tell(SmallHotel.stay("s2", updated: 60))
        world.run(for: 120)
        #expect(world.grant("s2", "door-101")?.onLockSince == nil, "none is left")
        world.setOffline("door-101", false)
        world.run(for: 120)
        #expect(world.codes(on: "door-101").count == 3, "two guests and a new back-up code")
        #expect(world.codes(of: "s1", on: "door-101") == first.first)
        world.tell(SmallHotel.stay("s1", .processed, updated: 600), SmallHotel.stay("s2", .processed, updated: 600))
        world.run(for: 120)
        #expect(world.codes(on: "door-101").count == 1)
        #expect(!world.codes(on: "door-101").contains { first.contains($0) })
    }

    @Test func ownCode_isTakenOff_whenItMayHaveReachedTheLock() {
        var world = world(1)
        // Heard of, but its answers are lost: the guest's own code is on it and nobody knows.
        world.doors["door-101"]?.delay = 10_000
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 200)
        #expect(world.grant("s1", "door-101")?.usesBackup == true)
        world.doors["door-101"]?.delay = 1
        world.run(for: 200)
        #expect(world.codes(on: "door-101").count == 2, "the guest's back-up code and a new one; his own is gone")
        #expect(world.codes(of: "s1", on: "door-101") != nil)
    }

    @Test func restart_betweenPullAndReturn_losesNothing() {
        var world = world(1)
        world.setOffline("door-101", true)
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 90)
        let code = world.grant("s1", "door-101")?.code
        world.kill()
        world.run(for: 60)
        #expect(world.grant("s1", "door-101")?.code == code)
        world.tell(SmallHotel.stay("s1", .processed, updated: 600))
        world.setOffline("door-101", false)
        world.run(for: 120)
        #expect(world.codes(on: "door-101").count == 1)
        #expect(code.map(world.codes(on: "door-101").contains) == false)
    }

    @Test func guest_takesTheSlotOfABackupCode_whenNoOtherIsLeft() {
        var world = world(1, slots: 10...11)
        world.tell(SmallHotel.stay("s1", updated: 60))
        world.run(for: 60)
        world.tell(SmallHotel.stay("s2", updated: 60))
        world.run(for: 60)
        #expect(world.grant("s2", "door-101")?.state == .set)
        #expect(world.codes(on: "door-101").count == 2)
        let note = world.notes.last { $0.kind == .backup }
        #expect(note?.text.contains("has no slot left") == true, "the lock is there: nobody need look for it")
    }

    @Test func ownCodeThatNeverWentOut_isFreeAgain() throws {
        var world = world(1)
        world.setOffline("door-101", true)
        world.tell(SmallHotel.stay(updated: 60))
        world.run(for: 10)
        let own = try #require(world.grant("s1", "door-101")?.code)
        world.run(for: 90)
        #expect(world.grant("s1", "door-101")?.usesBackup == true)
        let later = world.now.addingTimeInterval(CodeIssuer.memory + 1)
        #expect(world.machine.issuer.isFree(own, on: ["door-101"], at: later))
        let backup = try #require(world.grant("s1", "door-101")?.code)
        #expect(!world.machine.issuer.isFree(backup, on: ["door-101"], at: later))
    }

    @Test func backupCodes_go_whenTheSiteWantsNone() {
        var world = world(2)
        var rules = world.rules
        rules.backupCodes = 0
        world.kill(with: rules)
        world.run(for: 120)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func nobodysGrant_isNoNextGuest() {
        var world = world(1)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.setOffline("door-102", true)
        world.tell(SmallHotel.stay(in: "r102", updated: 120))
        world.run(for: 30)
        #expect(world.codes(of: "s1", on: "door-101") != nil, "the old door stays open until the new one is")
    }
}
