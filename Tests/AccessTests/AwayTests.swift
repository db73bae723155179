// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// What was done at the keypad while nobody listened: the way was down, the lock was out of range, or a word got lost.
@Suite struct AwayTests {
    private let door: LockName = "door-101"

    @Test func codeWipedWhileTheBrokerWasAway_isPutBackOnceItIsBack() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.codes(of: "s1", on: door)
        world.connect(false)
        world.doors[door]?.slots[10] = nil
        world.doors[door]?.cache[10] = .available
        world.run(for: 60)
        world.connect(true)
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: door) == code && code != nil)
        #expect(world.notes.contains { $0.kind == .drift })
    }

    @Test func codeWipedWhileTheLockWasOffline_isPutBackOnceItIsBack() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.setOffline(door, true)
        world.doors[door]?.slots[10] = nil
        world.run(for: 60)
        world.setOffline(door, false)
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: door) != nil)
    }

    @Test(arguments: [LockManner.hidden, .spelt, .signing])
    func slotTakenWhileTheLockWasAway_isNotOverwritten(_ manner: LockManner) {
        for isSaid in [true, false] {
            var world = SmallHotel.world(manner: manner)
            // Slot 10 was read to be free a while ago.
            world.tell(SmallHotel.stay("s1", until: 600))
            world.run(for: 700)
            #expect(world.grant("s1", door)?.state == .removed)
            world.setOffline(door, true, isSaid: isSaid)
            world.doors[door]?.slots[10] = "4711"
            world.run(for: 60)
            world.setOffline(door, false, isSaid: isSaid)
            world.tell(SmallHotel.stay("s2", updated: 760))
            world.run(for: 60)
            #expect(world.doors[door]?.slots[10] == "4711", "another person's code is not ours to destroy")
            #expect(world.grant("s2", door)?.slot == 11)
        }
    }

    /// The lock sleeps for longer than anybody waits: a code that was given up may still land, and its sign would prove the next guest's.
    @Test func slotInWhichACodeMayStillLand_isNotGivenToTheNextGuest() {
        var world = SmallHotel.world(manner: .signing)
        world.sabotage = { if case .set = $0 { nil } else { $0 } }
        world.tell(SmallHotel.stay())
        world.run(for: 16)
        world.tell(SmallHotel.stay("s1", .processed, updated: 16))
        world.run(for: 10)
        #expect(world.grant("s1", door)?.isOver == true)
        world.tell(SmallHotel.stay("s2", updated: 26))
        world.run(for: 10)
        #expect(world.grant("s2", door)?.slot == 11)
    }

    /// The lock slept: what it was asked before the set it answers after it.
    @Test func answerToAnOldQuestion_isNoProofThatTheCodeIsGone() {
        var world = SmallHotel.world()
        world.sabotage = { _ in nil }
        world.tell(SmallHotel.stay())
        world.run(for: 16)
        for _ in 0..<3 {
            world.hear(.slot(10, .available), from: door)
            world.run(for: 0.3)
        }
        #expect(world.grant("s1", door)?.slot == 10)
        world.tell(SmallHotel.stay("s1", .processed, updated: 16))
        world.run(for: 18)
        #expect(world.grant("s1", door)?.clearSent == true)
        // The question from before the set, and those from before the clear.
        for _ in 0..<2 { world.hear(.slot(10, .available), from: door) }
        #expect(world.grant("s1", door)?.isOver == false)
        let code = world.grant("s1", door)?.code
        world.doors[door]?.slots[10] = code
        world.sabotage = { $0 }
        world.run(for: 120)
        #expect(world.grant("s1", door)?.isOver == true)
        #expect(world.codes(on: door).isEmpty)
    }

    /// A guest with a code has left, the bridge starts anew, and the lock hears nothing from now on.
    private func checkedOutWhileNothingIsHeard() -> World {
        var world = SmallHotel.world(manner: .signing)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.sabotage = { _ in nil }
        world.kill()
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        return world
    }

    /// The clear is lost, and somebody turns the knob: the gateway, which never learned of the set, says that the slot is free.
    @Test func memoryOfAGateway_isNoProofThatTheCodeIsGone() {
        var world = checkedOutWhileNothingIsHeard()
        world.run(for: 18)
        #expect(world.grant("s1", door)?.clearSent == true)
        for _ in 0..<3 { world.hear(.slot(10, .available), from: door) }
        #expect(world.grant("s1", door)?.isOver == false)
        world.sabotage = { $0 }
        world.run(for: 120)
        #expect(world.grant("s1", door)?.isOver == true)
        #expect(world.codes(on: door).isEmpty)
    }

    /// Questions that were lost make each later answer look like an old one, for as long as questions go on.
    @Test func lostQuestions_doNotKeepACodeOverdue() {
        var world = checkedOutWhileNothingIsHeard()
        world.hear(.slot(10, .available), from: door)
        world.run(for: 50)
        world.doors[door]?.slots = [:]
        // The lock answers, and the sign of the clear is lost.
        world.sabotage = { if case .clear = $0 { nil } else { $0 } }
        world.run(for: 150)
        #expect(world.grant("s1", door)?.isOver == true)
    }

    /// A lock that wakes answers a heap of old questions at once: none of it is of now.
    @Test func heapOfOldAnswers_isNoProofThatASlotIsFree() {
        var world = SmallHotel.world()
        world.doors[door]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.run(for: 0.1)
        for _ in 0..<20 {
            world.hear(.slot(10, .available), from: door)
            world.run(for: 0.1)
        }
        #expect(world.grant("s1", door)?.slot == nil)
        // It is awake now: one answer to each question, and nothing else.
        world.doors[door]?.isOffline = false
        world.doors[door]?.delay = 0.1
        world.run(for: 30)
        #expect(world.grant("s1", door)?.slot == 10)
    }

    /// The question after a start is lost, and the gateway still remembers the code.
    @Test func codeWipedWhileTheBridgeWasDown_isPutBack_thoughTheFirstQuestionIsLost() {
        for isRemembered in [true, false] {
            var world = SmallHotel.world()
            world.tell(SmallHotel.stay())
            world.run(for: 60)
            world.doors[door]?.slots = [:]
            world.sabotage = { if case .ask = $0 { nil } else { $0 } }
            world.kill()
            world.run(for: 0.5)
            if isRemembered { world.hear(.slot(10, .enabled(code: nil)), from: door) }
            world.run(for: 14)
            world.sabotage = { $0 }
            world.run(for: 90)
            #expect(world.codes(on: door).count == 1)
        }
    }

    @Test func codeTypedInTheSlotOfOneThatWasWiped_isNotWrittenOver() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.grant("s1", door)?.code
        world.doors[door]?.slots[10] = nil
        world.setOffline(door, true, isSaid: false)
        world.hear(.cleared(slot: 10, byHand: true), from: door)
        world.run(for: 30)
        world.doors[door]?.slots[10] = "6676"
        world.setOffline(door, false, isSaid: false)
        world.run(for: 120)
        #expect(world.doors[door]?.slots[10] == "6676")
        #expect(world.grant("s1", door)?.slot == 11 && world.codes(of: "s1", on: door) == code)
    }

    /// The gateway did not learn of a code that was typed while the lock was out of range, and the question is lost.
    @Test func memoryOfAGateway_isNoProofThatASlotIsFree() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.run(for: 60)
        world.doors[door]?.slots[10] = "6676"
        world.sabotage = { if case .ask = $0 { nil } else { $0 } }
        world.tell(SmallHotel.stay("s2", updated: 120))
        for _ in 0..<2 { world.hear(.slot(10, .available), from: door) }
        world.sabotage = { $0 }
        world.run(for: 60)
        #expect(world.doors[door]?.slots[10] == "6676")
        #expect(world.grant("s2", door)?.slot == 11)
    }

    /// Of a set it was told a sign only: what the gateway repeats of before is no word that the code is gone again.
    @Test func memoryOfAGateway_isNoDrift() {
        var world = SmallHotel.world(manner: .signing)
        world.sabotage = { command in if case .ask = command { nil } else { command } }
        world.tell(SmallHotel.stay())
        world.run(for: 2)
        world.sabotage = { $0 }
        world.run(for: 30)
        world.sabotage = { command in if case .ask = command { nil } else { command } }
        world.kill()
        world.run(for: 1)
        for _ in 0..<2 { world.hear(.slot(10, .available), from: door) }
        world.sabotage = { $0 }
        world.run(for: 60)
        #expect(!world.notes.contains { $0.kind == .drift })
        #expect(world.doors[door]?.history.count == 1)
    }

    @Test func foreignCodeTakenAwayWhileNobodyListened_freesItsSlotWithinTheHour() {
        var world = SmallHotel.world()
        world.doors[door]?.slots = Dictionary(uniqueKeysWithValues: (10...29).map { ($0, "99\($0)") })
        world.tell(SmallHotel.stay())
        world.run(for: 300)
        #expect(world.grant("s1", door)?.state == .failed)
        world.doors[door]?.slots[20] = nil
        world.run(for: 3_700)
        #expect(world.grant("s1", door)?.slot == 20)
    }
}
