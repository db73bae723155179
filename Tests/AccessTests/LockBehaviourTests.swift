// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// Locks as they are: asleep, hidden, mute, and with other people's hands on them.
@Suite struct LockBehaviourTests {
    @Test(arguments: LockManner.allCases)
    func everyMannerOfLock_isSetAndCleared(_ manner: LockManner) {
        var world = SmallHotel.world(manner: manner)
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 120)
        #expect(world.grant("s1", "door-101")?.state == .set)
        world.run(for: 3600)
        #expect(world.grant("s1", "door-101")?.state == .removed)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test(arguments: [LockManner.hidden, .spelt])
    func foreignCodes_areSteppedAround(_ manner: LockManner) {
        var world = SmallHotel.world(manner: manner)
        world.doors["door-101"]?.slots = [10: "7788", 11: "9911"]
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 60)
        #expect(world.grant("s1", "door-101")?.slot == 12)
        #expect(world.machine.locks["door-101"]?.foreign == [10, 11])
        #expect(world.notes.filter { $0.kind == .foreign }.count == 2)
        world.run(for: 3700)
        #expect(world.codes(on: "door-101") == ["7788", "9911"])
    }

    @Test func cachedState_isNoProof() {
        var world = SmallHotel.world()
        world.doors["door-101"]?.isOffline = true
        world.tell(SmallHotel.stay())
        for _ in 0..<2 {
            world.hear(.slot(10, .available), from: "door-101")
            world.run(for: 0.3)
        }
        #expect(world.grant("s1", "door-101")?.state == .unset)
        // Behind a third question.
        world.hear(.slot(10, .available), from: "door-101")
        #expect(world.grant("s1", "door-101")?.state == .setting)
        world.hear(.slot(10, .enabled(code: nil)), from: "door-101")
        #expect(world.grant("s1", "door-101")?.state == .set)
        // The gateway repeats an old word about another slot: no news, no drift.
        world.hear(.slot(10, .enabled(code: nil)), from: "door-101")
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test func absenceOfAnError_isNoSuccess() {
        var world = SmallHotel.world()
        world.doors["door-101"]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.hear(.slot(10, .available), from: "door-101")
        world.run(for: 60)
        #expect([.setting, .failed].contains(world.grant("s1", "door-101")?.state))
        #expect(world.grant("s1", "door-101")?.onLockSince == nil)
    }

    @Test func lateSign_counts() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        // The answer that shows the slot to be free is on its way.
        world.run(for: 3)
        world.doors["door-101"]?.delay = 100
        world.run(for: 400)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test(arguments: [0.1, 1.5, 4, 9, 11])
    func slowLock_isServed(_ delay: TimeInterval) {
        var world = SmallHotel.world()
        world.doors["door-101"]?.delay = delay
        world.tell(SmallHotel.stay())
        world.run(for: 120)
        #expect(world.grant("s1", "door-101")?.state == .set)
        world.tell(SmallHotel.stay("s1", .processed, updated: 120))
        world.run(for: 60)
        #expect(world.grant("s1", "door-101")?.state == .removed)
    }

    @Test func codeRemovedAtTheLock_isPutBackOrSaid() {
        for drift in AccessRules.Drift.allCases {
            var world = SmallHotel.world { $0.drift = drift }
            world.tell(SmallHotel.stay())
            world.run(for: 30)
            world.doors["door-101"]?.slots = [:]
            world.hear(.slot(10, .available), from: "door-101")
            world.run(for: 30)
            #expect(world.notes.contains { $0.kind == .drift })
            #expect(world.codes(on: "door-101").count == (drift == .restore ? 1 : 0))
            #expect(world.grant("s1", "door-101")?.state == (drift == .restore ? .set : .failed))
        }
    }

    @Test func codeTypedOverOurs_isLeftAloneAndTheGuestGetsAnotherSlot() {
        var world = SmallHotel.world(manner: .spelt)
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 30)
        let code = world.codes(of: "s1", on: "door-101")
        world.doors["door-101"]?.slots[10] = "4711"
        world.hear(.slot(10, .enabled(code: "4711")), from: "door-101")
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.slot == 11)
        #expect(world.codes(of: "s1", on: "door-101") == code)
        world.run(for: 3700)
        #expect(world.codes(on: "door-101") == ["4711"])
    }

    @Test func noFreeSlot_isSaidAndGoesOnWhenOneIsCleared() {
        var world = SmallHotel.world()
        world.doors["door-101"]?.slots = Dictionary(uniqueKeysWithValues: (10...29).map { ($0, "99\($0)") })
        world.tell(SmallHotel.stay())
        world.run(for: 300)
        #expect(world.grant("s1", "door-101")?.reason?.contains("All slots of door-101") == true)
        world.doors["door-101"]?.slots[20] = nil
        world.hear(.slot(20, .available), from: "door-101")
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.slot == 20)
    }

    @Test func brokerThatComesBack_isServedWithinHalfAMinute() {
        var world = SmallHotel.world()
        world.connect(false)
        world.tell(SmallHotel.stay())
        world.run(for: 7200)
        #expect(world.grant("s1", "door-101")?.state == .unset)
        world.connect(true)
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test func lockThatComesBackWithoutAWord_isServedWithinHalfAMinute() {
        var world = SmallHotel.world()
        world.doors["door-101"]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.run(for: 900)
        world.doors["door-101"]?.isOffline = false
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test func refusal_isShownAndTriedAgain() {
        var world = SmallHotel.world()
        world.doors["door-101"]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.hear(.slot(10, .available), from: "door-101")
        world.hear(.refused("Publish 'set' failed: timed out"), from: "door-101")
        #expect(world.grant("s1", "door-101")?.state == .failed)
        #expect(world.grant("s1", "door-101")?.reason == "Publish 'set' failed: timed out")
        world.doors["door-101"]?.isOffline = false
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }
}
