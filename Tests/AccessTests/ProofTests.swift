// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// What a lock's word proves, and what it does not: a gateway repeats what it remembers, and signs come late.
@Suite struct ProofTests {
    private let door: LockName = "door-101"

    @Test func firstWordAfterAStart_provesNothing() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 60)
        #expect(world.grant("s1", door)?.state == .set)
        world.doors[door]?.isOffline = true
        world.run(for: 3600)
        #expect(world.grant("s1", door)?.state == .overdue)
        // The lock sleeps with the code on it, and the gateway remembers the slot from before.
        world.kill()
        world.hear(.slot(10, .available), from: door)
        #expect(world.grant("s1", door)?.isOver == false)
        world.hear(.slot(10, .available), from: door)
        #expect(world.grant("s1", door)?.isOver == false)
        world.doors[door]?.isOffline = false
        world.run(for: 120)
        #expect(world.grant("s1", door)?.state == .removed)
        #expect(world.codes(on: door).isEmpty)
    }

    @Test func retainedWord_provesNothing_evenWhenItDiffers() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.hear(.slot(10, .available, .retained), from: door)
        #expect(world.grant("s1", door)?.state == .set)
        #expect(!world.notes.contains { $0.kind == .drift })
    }

    @Test func clear_isProvenByTheAnswer_thoughItEqualsTheWordBefore() {
        var world = SmallHotel.world(manner: .signing)
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 60)
        // The gateway was restarted and remembers the slot as free.
        world.hear(.slot(10, .available), from: door)
        world.run(for: 1)
        world.doors[door]?.cache[10] = .available
        world.run(for: 3700)
        #expect(world.grant("s1", door)?.state == .removed)
    }

    @Test func refusedQuestion_isAskedAgain_andTakesNoSlotAway() {
        var world = SmallHotel.world()
        world.doors[door]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.hear(.refused("timed out"), from: door)
        #expect(world.grant("s1", door)?.state == .failed)
        #expect(world.grant("s1", door)?.reason == "timed out")
        world.doors[door]?.isOffline = false
        world.run(for: 30)
        #expect(world.grant("s1", door)?.slot == 10)
        #expect(world.grant("s1", door)?.state == .set)
    }

    @Test func slotThatTheLockDoesNotHave_isPassedOver() {
        var world = SmallHotel.world()
        world.doors[door]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.doors[door]?.isOffline = false
        world.hear(.noSuchSlot("user must be in range"), from: door)
        world.run(for: 30)
        #expect(world.grant("s1", door)?.slot == 11)
        #expect(world.grant("s1", door)?.state == .set)
    }

    @Test(arguments: [LockManner.hidden, .signing])
    func codeDeletedAtTheKeypad_isPutBackAndBelieved_besideAStaleCache(_ manner: LockManner) {
        var world = SmallHotel.checkedIn(manner)
        world.doors[door]?.slots = [:]
        for report in world.doors[door]?.remembered ?? [] { world.hear(report, from: door) }
        world.hear(.cleared(slot: 10, byHand: true), from: door)
        world.run(for: 60)
        #expect(world.notes.contains { $0.kind == .drift })
        #expect(world.codes(on: door).count == 1)
        #expect(world.grant("s1", door)?.state == .set)
        #expect(world.notes.filter { $0.kind == .set && $0.lock == door }.count == 2)
    }

    @Test func slotThatWasCleared_isNotCalledForeign_whenTheGatewayRepeatsItself() {
        var world = SmallHotel.world(manner: .signing)
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 3700)
        #expect(world.grant("s1", door)?.state == .removed)
        for _ in 0..<2 { for report in world.doors[door]?.remembered ?? [] { world.hear(report, from: door) } }
        #expect(world.machine.locks[door]?.foreign == [])
        world.tell(SmallHotel.stay("s2", from: 3600, until: 90_000, updated: 3700))
        world.run(for: 60)
        #expect(world.grant("s2", door)?.slot == 10)
    }

    @Test func signOfAClear_waitsForTheSlotsOwnWord_andCountsAloneOnlyWithoutOne() {
        for answers in [true, false] {
            var world = SmallHotel.world(manner: .signing)
            world.tell(SmallHotel.stay())
            world.run(for: 60)
            // A clear that the lock shows a sign of and does not do, or that it answers no question after.
            world.sabotage = { if case .ask = $0 { answers ? $0 : nil } else { nil } }
            world.tell(SmallHotel.stay("s1", .processed, updated: 60))
            world.hear(.cleared(slot: 10, byHand: false), from: door)
            #expect(world.grant("s1", door)?.isOver == false)
            world.run(for: 60)
            #expect(world.grant("s1", door)?.isOver == !answers)
        }
    }

    @Test func foreignCode_isNotFreed_byACacheThatForgotIt() {
        var world = SmallHotel.world(manner: .signing)
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 3700)
        world.doors[door]?.slots[10] = "4711"
        world.hear(.slot(10, .available), from: door)
        world.hear(.saved(slot: 10, byHand: true), from: door)
        for _ in 0..<2 { world.hear(.slot(10, .available), from: door) }
        world.tell(SmallHotel.stay("s2", from: 3600, until: 90_000, updated: 3700))
        world.run(for: 60)
        #expect(world.grant("s2", door)?.slot == 11)
        world.kill()
        world.hear(.slot(10, .available), from: door)
        world.tell(SmallHotel.stay("s3", from: 3600, until: 90_000, updated: 3800))
        world.run(for: 60)
        #expect(world.codes(on: door).contains("4711"))
    }

    @Test func lockThatOnceToldItsSlots_isNotTakenToBeEmpty_whenItFallsSilent() {
        var world = SmallHotel.world()
        world.doors[door]?.slots = [10: "4711"]
        world.doors[door]?.manner = .mute
        world.hear(.slot(12, .available), from: door)
        world.tell(SmallHotel.stay())
        world.run(for: 900)
        #expect(world.doors[door]?.slots == [10: "4711"])
        #expect(world.grant("s1", door)?.state == .failed)
        #expect(world.grant("s1", door)?.reason?.contains("asked again") == true)
    }

    @Test func lateSignWithoutASlot_isNotTakenForTheNextCommand() {
        var world = SmallHotel.world(manner: .mute)
        world.tell(SmallHotel.stay("s1"))
        world.run(for: 120)
        world.sabotage = { _ in nil }
        world.tell(SmallHotel.stay("s2", updated: 120), SmallHotel.stay("s3", updated: 121))
        world.run(for: 15)
        #expect(world.machine.locks[door]?.flight?.grant == GrantID("s2", door), "its second attempt comes before anything else")
        world.run(for: 12)
        #expect(world.machine.locks[door]?.flight?.grant == GrantID("s3", door))
        world.hear(.saved(slot: nil, byHand: false), from: door)
        #expect(["s2", "s3"].allSatisfy { world.grant(StayID($0), door)?.state != .set })
        world.sabotage = { $0 }
        world.run(for: 120)
        #expect(["s2", "s3"].allSatisfy { world.grant(StayID($0), door)?.state == .set })
        #expect(world.codes(on: door).count == 3)
    }

    @Test func answerToAQuestionOfBeforeTheLockWasAway_provesNothing() {
        final class Count { var asks = 0 }
        let count = Count()
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.sabotage = { command in
            if case .ask = command { count.asks += 1 }
            return nil
        }
        // It sleeps: each time that it is said to be back our code is read, and the answers wait.
        for _ in 0..<2 {
            world.hear(.reachable(false), from: door)
            world.hear(.reachable(true), from: door)
            world.run(for: 1)
        }
        world.hear(.cleared(slot: 10, byHand: false), from: door)
        // It wakes, and answers one after the other.
        #expect(count.asks >= 2)
        for _ in 0..<count.asks { world.hear(.slot(10, .enabled(code: nil)), from: door) }
        #expect(world.grant("s1", door)?.onLockSince == nil, "all of it is of before the code was put back")
        world.run(for: 0.4)
        while !(world.machine.locks[door]?.flight?.command.isSet ?? false), count.asks < 20 {
            world.hear(.slot(10, .available), from: door)
            world.run(for: 0.4)
        }
        #expect(world.grant("s1", door)?.onLockSince == nil)
        world.run(for: 2)
        world.hear(.slot(10, .enabled(code: nil)), from: door)
        #expect(world.grant("s1", door)?.state == .set)
    }

    @Test func grantThatEndsWhileItsSlotIsAskedAbout_staysRemoved() {
        var world = SmallHotel.world()
        world.doors[door]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.tell(SmallHotel.stay("s1", .processed, updated: 1))
        world.run(for: 120)
        #expect(world.grant("s1", door)?.state == .removed)
    }

    @Test func bedNeighbours_doNotPutOutAGuestWhoMoves() {
        var world = SmallHotel.world { $0.moveGrace = 600 }
        world.tell(SmallHotel.stay("s1", in: "rd1"), SmallHotel.stay("s2", in: "rd2"))
        world.run(for: 60)
        world.doors[door]?.isOffline = true
        world.tell(SmallHotel.stay("s1", in: "r101", updated: 60))
        world.run(for: 60)
        #expect(world.grant("s1", "dorm")?.state == .set, "the new room does not open yet")
        world.tell(SmallHotel.stay("s3", in: "rd1", updated: 120))
        world.run(for: 60)
        #expect(world.grant("s1", "dorm")?.state == .removed, "the next guest has the bed")
    }

    @Test func codes_areHeldAfterAStart_untilAllReservationsWereTold() {
        var world = SmallHotel.world()
        world.machine.holdCodes(until: world.now.addingTimeInterval(30))
        world.tell(SmallHotel.stay())
        world.run(for: 20)
        #expect(world.codes(on: door).isEmpty)
        world.allTold()
        world.run(for: 10)
        #expect(world.codes(on: door).count == 1)
        world.kill()
        world.machine.holdCodes(until: world.now.addingTimeInterval(30))
        world.tell(SmallHotel.stay("s2", in: "r102"))
        world.run(for: 25)
        #expect(world.codes(on: "door-102").isEmpty)
        world.run(for: 15)
        #expect(world.codes(on: "door-102").count == 1)
    }

    @Test func codeOfAGuestWhoStaysLong_isNotGivenToAnother() {
        var issuer = CodeIssuer(mark: World.mark)
        issuer.remember(UsedCode(lock: door, mark: World.mark("123456"), at: World.start))
        issuer.hold(World.mark("123456"), on: door, true)
        let later = World.start.addingTimeInterval(60 * 86_400)
        #expect(!issuer.isFree("123456", on: [door], at: later))
        issuer.hold(World.mark("123456"), on: door, false)
        #expect(issuer.isFree("123456", on: [door], at: later))
    }

    @Test func machine_forgetsWhatIsOver() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 3600), SmallHotel.stay("s2", in: "r102"))
        world.run(for: 7200)
        world.machine.forget(before: world.now.addingTimeInterval(-60))
        #expect(world.grant("s1", door) == nil)
        #expect(world.machine.stays["s1"] == nil)
        #expect(world.grant("s2", "door-102")?.state == .set)
    }
}

extension LockCommand {
    fileprivate var isSet: Bool { if case .set = self { true } else { false } }
}
