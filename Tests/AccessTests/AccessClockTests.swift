// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

@Suite struct AccessClockTests {
    private let start = World.start

    @Test func wallClock_movesNothing_whenItIsSet() {
        var clock = AccessClock(wall: start, uptime: .seconds(100))
        clock.begin(after: start.addingTimeInterval(-60), uptime: .seconds(100))
        let offsets: [TimeInterval] = [365 * 86_400, -365 * 86_400, 3600, 0]
        for off in offsets {
            _ = clock.look(wall: start.addingTimeInterval(10 + off), uptime: .seconds(110))
            #expect(clock.now(at: .seconds(110)) == start.addingTimeInterval(10))
        }
    }

    @Test func step_isNoticedOnce() {
        var clock = AccessClock(wall: start, uptime: .zero)
        #expect(clock.look(wall: start.addingTimeInterval(31), uptime: .seconds(30)) == nil, "slewing is no step")
        #expect(clock.look(wall: start.addingTimeInterval(7_260), uptime: .seconds(60)).map { $0.rounded() } == 7_199)
        #expect(clock.look(wall: start.addingTimeInterval(7_290), uptime: .seconds(90)) == nil)
        #expect(clock.wallIsAhead == 7_200)
    }

    @Test func pmsTime_counts_whateverTheWallClockSays() {
        var clock = AccessClock(wall: start.addingTimeInterval(-86_400 * 400), uptime: .zero)
        #expect(clock.told(start, uptime: .seconds(5)) != nil)
        #expect(clock.now(at: .seconds(65)) == start.addingTimeInterval(60))
        #expect(clock.told(start.addingTimeInterval(62), uptime: .seconds(65)) == nil, "whole seconds and a slow answer")
        #expect(clock.now(at: .seconds(65)) == start.addingTimeInterval(60))
    }

    @Test func clockInThePast_startsAtWhatTheJournalKnows_andIsSetRightByItsNetwork() {
        var clock = AccessClock(wall: Date(timeIntervalSince1970: 0), uptime: .zero)
        clock.begin(after: start, uptime: .zero)
        #expect(clock.isDoubtful)
        #expect(clock.now(at: .seconds(30)) == start.addingTimeInterval(30))
        _ = clock.look(wall: start.addingTimeInterval(86_400), uptime: .seconds(60))
        #expect(clock.now(at: .seconds(60)) == start.addingTimeInterval(86_400))
        #expect(!clock.isDoubtful)
    }

    @Test func clockThatIsFarAhead_isDoubtful_untilThePMSHasTold() {
        var clock = AccessClock(wall: start.addingTimeInterval(365 * 86_400), uptime: .zero)
        clock.begin(after: start, uptime: .zero)
        #expect(clock.isDoubtful)
        _ = clock.told(start.addingTimeInterval(60), uptime: .seconds(1))
        #expect(!clock.isDoubtful)
    }

    @Test func doubt_isOfTheStart_andDoesNotComeWithTime() {
        var clock = AccessClock(wall: start.addingTimeInterval(60), uptime: .zero)
        clock.begin(after: start, uptime: .zero)
        for day in 1...5 {
            let uptime = 86_400 * TimeInterval(day)
            _ = clock.look(wall: start.addingTimeInterval(60 + uptime), uptime: .seconds(uptime))
            #expect(!clock.isDoubtful)
        }
    }

    @Test func clockThatIsFarAhead_isSetRightByItsNetwork() {
        var clock = AccessClock(wall: start.addingTimeInterval(365 * 86_400), uptime: .zero)
        clock.begin(after: start, uptime: .zero)
        _ = clock.look(wall: start.addingTimeInterval(90), uptime: .seconds(30))
        #expect(!clock.isDoubtful)
        #expect(clock.now(at: .seconds(30)) == start.addingTimeInterval(90))
    }

    // MARK: What it means for codes

    /// Starts that come before the PMS' time did kept a past guest's code wanted, and nobody was told of it (lane of the doors).
    @Test func codeThatWasOver_staysUnwanted_andIsSaid_whileNoStartKnowsTheTime() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 100))
        world.run(for: 60)
        world.setOffline("door-101", true)
        world.run(for: 60)
        #expect(world.grant("s1", "door-101")?.goal == .off)
        for _ in 0..<4 {
            world.kill { $0.holdEnds(until: $1.addingTimeInterval(600)) }
            world.hear(.reachable(false), from: "door-101")
            world.run(for: 30)
        }
        #expect(world.grant("s1", "door-101")?.state == .overdue)
        #expect(world.notes.contains { $0.kind == .overdue })
    }

    @Test func code_stays_whenTheClockWasAYearAheadAtTheStart() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        let code = world.codes(of: "s1", on: "door-101")
        world.now = world.now.addingTimeInterval(365 * 86_400)
        world.kill { $0.holdEnds(until: $1.addingTimeInterval(600)) }
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: "door-101") == code)
        world.now = World.start.addingTimeInterval(180)
        world.handle(.clockTold(wasSet: true))
        world.run(for: 7_200)
        #expect(world.codes(of: "s1", on: "door-101") == code)
        #expect(world.grant("s1", "door-101")?.state == .set)
        world.run(for: 86_400)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func endedCode_goesAtOnce_whenTheClockIsKnownToBeRight() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 60)
        world.now = world.now.addingTimeInterval(7_200)
        world.kill { $0.holdEnds(until: $1.addingTimeInterval(10)) }
        #expect(world.codes(on: "door-101").count == 1)
        world.handle(.clockTold(wasSet: false))
        world.run(for: 5)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func endedCode_goes_whenThePMSStaysAway() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(until: 3600))
        world.run(for: 60)
        world.now = world.now.addingTimeInterval(7_200)
        world.kill { $0.holdEnds(until: $1.addingTimeInterval(10)) }
        world.run(for: 30)
        #expect(world.codes(on: "door-101").isEmpty)
    }

    @Test func retries_goOn_whenTheClockIsSetBack() {
        var world = SmallHotel.world()
        world.now = World.start.addingTimeInterval(365 * 86_400)
        world.setOffline("door-101", true, isSaid: false)
        world.tell(SmallHotel.stay(until: 400 * 86_400))
        world.run(for: 120)
        world.now = World.start
        world.setOffline("door-101", false, isSaid: false)
        world.handle(.clockTold(wasSet: true))
        world.run(for: 60)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }
}
