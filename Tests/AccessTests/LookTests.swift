// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// Before anything is done to a slot that a grant has kept, the lock is asked what is in it.
@Suite struct LookTests {
    private let door: LockName = "door-101"

    /// Wiped at the keypad and read to be gone; every try to put it back is lost, and somebody types a code in its slot.
    private func codeTypedBetweenTwoTries(_ manner: LockManner) -> World {
        var world = SmallHotel.checkedIn(manner)
        world.doors[door]?.slots[10] = nil
        world.sabotage = { if case .set = $0 { nil } else { $0 } }
        world.connect(false)
        world.connect(true)
        world.run(for: 20)
        world.setOffline(door, true, isSaid: false)
        world.doors[door]?.slots[10] = "6676"
        world.run(for: 90)
        world.sabotage = { $0 }
        world.setOffline(door, false, isSaid: false)
        world.run(for: 180)
        return world
    }

    @Test func codeTypedInAKeptSlot_isNotWrittenOver_whereTheLockShowsIt() {
        let world = codeTypedBetweenTwoTries(.spelt)
        #expect(world.doors[door]?.slots[10] == "6676")
        #expect(world.grant("s1", door)?.slot == 11 && world.grant("s1", door)?.state == .set)
        #expect(world.doors[door]?.slots[11] == world.grant("s1", door)?.code)
    }

    /// Taken by whom cannot be known: what was sent may have landed late. It is not called the guest's before it was sent once more.
    @Test func codeInAKeptSlot_isNoProof_whereTheLockHidesIt() {
        let world = codeTypedBetweenTwoTries(.hidden)
        #expect(world.grant("s1", door)?.state == .set)
        #expect(world.codes(of: "s1", on: door) == world.grant("s1", door)?.code)
    }

    @Test func codeTypedInTheSlotOfAGuestWhoLeft_isNotTakenOff_whereTheLockShowsIt() {
        for manner in [LockManner.spelt, .hidden] {
            var world = SmallHotel.checkedIn(manner)
            world.setOffline(door, true)
            world.doors[door]?.slots[10] = "6676"
            world.run(for: 60)
            world.tell(SmallHotel.stay("s1", .processed, updated: 120))
            world.setOffline(door, false)
            world.run(for: 60)
            #expect(world.grant("s1", door)?.isOver == true)
            #expect(world.doors[door]?.slots[10] == (manner == .spelt ? "6676" : nil))
        }
    }

    /// A look that is not answered keeps no guest's code on a door.
    @Test func clear_goesOutWithoutALook_whenTheLookWasNotAnswered() {
        var world = SmallHotel.world(manner: .signing)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        world.sabotage = { if case .ask = $0 { nil } else { $0 } }
        world.kill()
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.run(for: 40)
        #expect(world.codes(on: door).isEmpty)
        #expect(world.grant("s1", door)?.isOver == true)
    }

    /// Somebody typed a code over ours, the guest got another slot, and the lock carried out an old set after all.
    @Test func codeOfOursInASlotThatItLeft_isTakenOff_andThatOfAPersonIsNot() {
        var world = SmallHotel.world(manner: .spelt)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.grant("s1", door)?.code
        world.doors[door]?.slots[10] = "6676"
        world.hear(.slot(10, .enabled(code: "6676")), from: door)
        world.run(for: 60)
        #expect(world.grant("s1", door)?.slot == 11)
        // A person who has chosen the guest's digits has not chosen a slot that the bridge sent them to.
        for (slot, text) in [(10, code), (12, code), (13, "6676")] {
            world.doors[door]?.slots[slot] = text
            world.hear(.slot(slot, .enabled(code: text)), from: door)
        }
        world.run(for: 60)
        #expect(world.doors[door]?.slots == [11: code ?? "", 12: code ?? "", 13: "6676"])
        #expect(world.grant("s1", door)?.state == .set)
        #expect(world.notes.contains { $0.text.hasPrefix("A second copy of the code of reservation 101 is off") })
    }

    @Test func codeOfAGuestWhoLeft_isTakenOff_whenItTurnsUpAgain() {
        var world = SmallHotel.world(manner: .spelt)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.grant("s1", door)?.code
        world.tell(SmallHotel.stay("s1", .processed, updated: 60))
        world.run(for: 60)
        #expect(world.codes(on: door).isEmpty)
        world.doors[door]?.slots[10] = code
        world.kill()
        world.hear(.slot(10, .enabled(code: code)), from: door)
        world.run(for: 60)
        #expect(world.codes(on: door).isEmpty)
        #expect(world.notes.last?.text == "A second copy of the code of reservation 101 is off 101 (door-101).", "\(world.notes)")
    }

    /// A driver that finds ours by a name of their own shows nothing else in their place (Nuki Hub), and may show nothing at all.
    @Test func lockThatSharesNoSlots_isNotLookedAt() {
        var world = SmallHotel.world(sharesSlots: false)
        world.sabotage = { if case .set = $0 { nil } else { $0 } }
        world.tell(SmallHotel.stay())
        world.run(for: 16)
        #expect(world.grant("s1", door)?.slot == 10)
        world.sabotage = { if case .ask = $0 { nil } else { $0 } }
        world.connect(false)
        world.connect(true)
        #expect(world.codes(on: door).count == 1)
    }

    /// One look, answered, refused or neither: else such a lock would never get a code that was lost once.
    @Test(arguments: [true, false]) func lockThatAnswersNoQuestion_getsItsCode_afterAReconnect(isRefused: Bool) {
        var world = SmallHotel.world(manner: .mute)
        world.sabotage = { if case .set = $0 { nil } else { $0 } }
        world.tell(SmallHotel.stay())
        world.run(for: 100)
        #expect(world.grant("s1", door)?.slot != nil && world.grant("s1", door)?.onLockSince == nil)
        world.sabotage = { if case .ask = $0 { nil } else { $0 } }
        world.connect(false)
        world.connect(true)
        if isRefused {
            world.run(for: 1)
            world.hear(.refused("timed out"), from: door)
        }
        world.run(for: 20)
        #expect(world.grant("s1", door)?.state == .set)
    }

    /// With `drift: report` nothing puts a code back but the person who took it off.
    @Test func codeThatAPersonTypesAgain_isTheGuests() {
        var world = SmallHotel.world({ $0.drift = .report }, manner: .spelt)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.grant("s1", door)?.code
        world.doors[door]?.slots[10] = nil
        world.hear(.cleared(slot: 10, byHand: true), from: door)
        world.run(for: 10)
        #expect(world.grant("s1", door)?.state == .failed)
        world.doors[door]?.slots[10] = code
        world.hear(.saved(slot: 10, byHand: true), from: door)
        world.hear(.slot(10, .enabled(code: code)), from: door)
        world.run(for: 60)
        #expect(world.doors[door]?.slots[10] == code && code != nil)
        #expect(world.grant("s1", door)?.state == .set && world.grant("s1", door)?.slot == 10)
    }

    /// The broker, the lock or the bridge comes back, the clock is set, the lock speaks after a silence: none of these is a person.
    @Test func codeThatWaitsForAPersonsRetry_isNotTriedByAnythingElse() throws {
        var world = SmallHotel.world({ $0.drift = .report }, manner: .spelt)
        world.tell(SmallHotel.stay())
        world.run(for: 120)
        world.doors[door]?.slots[10] = "4711"
        world.hear(.slot(10, .enabled(code: "4711")), from: door)
        let reason = world.grant("s1", door)?.reason
        #expect(reason?.contains("press retry") == true)
        world.connect(false)
        world.run(for: 30)
        world.connect(true)
        world.setOffline(door, true)
        world.run(for: 120)
        world.setOffline(door, false)
        world.run(for: 30)
        world.handle(.clockTold(wasSet: true))
        world.run(for: 30)
        world.kill()
        world.run(for: 120)
        #expect(world.grant("s1", door)?.state == .failed && world.grant("s1", door)?.reason == reason)
        #expect(world.codes(on: door) == ["4711"])
        try world.retry(GrantID("s1", door))
        world.run(for: 60)
        #expect(world.grant("s1", door)?.state == .set && world.grant("s1", door)?.slot == 11)
    }

    @Test func codeThatWasWiped_keepsItsReason_untilAPersonPressesRetry() throws {
        var world = SmallHotel.world({ $0.drift = .report })
        world.tell(SmallHotel.stay())
        world.run(for: 120)
        world.doors[door]?.slots[10] = nil
        world.hear(.cleared(slot: 10, byHand: true), from: door)
        world.connect(false)
        world.connect(true)
        world.run(for: 120)
        #expect(world.grant("s1", door)?.reason?.contains("press retry") == true)
        #expect(world.codes(on: door).isEmpty)
        try world.retry(GrantID("s1", door))
        world.run(for: 60)
        #expect(world.codes(on: door).count == 1)
    }

    @Test func codeThatALockShows_isNotDrawnForAGuest() throws {
        func draw(besides shown: Set<String>) throws -> String {
            var issuer = CodeIssuer(length: 4, generator: SeededGenerator(7), mark: World.mark)
            return try issuer.draw(for: [door], constraints: [], rooms: [], besides: shown, at: World.start)
        }
        let first = try draw(besides: [])
        #expect(try draw(besides: [first]) != first)
        // The same chance, once beside a person who has chosen those digits.
        var world = SmallHotel.world(manner: .spelt)
        world.tell(SmallHotel.stay())
        let code = try #require(world.grant("s1", door)?.code)
        world = SmallHotel.world(manner: .spelt)
        world.hear(.slot(12, .enabled(code: code)), from: door)
        world.tell(SmallHotel.stay())
        let other = try #require(world.grant("s1", door)?.code)
        #expect(other != code)
    }

    /// Read to be gone while nothing could be sent, and long after anything could still land: its slot is anybody's, also where codes are hidden.
    @Test func codeTypedInTheSlotOfOneThatWasReadToBeGone_isNotWrittenOver_whereTheLockHidesIt() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 120)
        world.setOffline(door, true)
        world.hear(.slot(10, .available), from: door)
        world.doors[door]?.slots[10] = "6676"
        world.run(for: 90)
        world.setOffline(door, false)
        world.run(for: 60)
        #expect(world.doors[door]?.slots[10] == "6676")
        #expect(world.grant("s1", door)?.slot == 11 && world.grant("s1", door)?.state == .set)
        #expect(world.codes(of: "s1", on: door) == world.grant("s1", door)?.code)
    }
}
