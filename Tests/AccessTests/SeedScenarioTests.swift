// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// The scenarios that a portal of this kind tells its customers to validate, by their names.
@Suite struct SeedScenarioTests {
    @Test func commonAreaLimitedToOneRoom_isInTheKeyOfThatRoomOnly() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s1", in: "r101"), SmallHotel.stay("s2", in: "r102"))
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: "entrance") != nil)
        #expect(world.grant("s2", "entrance") == nil)
        #expect(world.codes(of: "s2", on: "door-102") != nil)
    }

    @Test func inheritedAccessViaMapping_followsTheRoom() {
        var map = SmallHotel.map
        map.spaces["104"] = .init(within: "101")
        var world = SmallHotel.world { $0.map = map }
        world.tell(SmallHotel.stay("s4", in: "r104"))
        world.run(for: 60)
        #expect(world.codes(of: "s4", on: "entrance") != nil)
        #expect(world.codes(of: "s4", on: "door-101") != nil)
    }

    @Test func noMapping_noTransfer() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay("s4", in: "r104"))
        world.run(for: 60)
        #expect(world.machine.grants.isEmpty)
        #expect(world.machine.refusals["s4"]?.contains("104: it is not mapped to a lock") == true)
    }

    @Test func offlineLock_hasNoCodeAndSaysWhyUntilItIsBack() {
        var world = SmallHotel.world()
        world.setOffline("door-101", true)
        world.tell(SmallHotel.stay())
        world.run(for: 600)
        #expect(world.grant("s1", "door-101")?.state == .unset)
        #expect(world.grant("s1", "door-101")?.reason?.contains("door-101 is offline") == true)
        #expect(world.grant("s1", "entrance")?.state == .set)
        world.setOffline("door-101", false)
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test func timeZoneSydney_codeIsActiveFromTheStartOnTheWall() throws {
        // 15:00 in Sydney is 04:00 UTC in summer: past that, the code is active already.
        let zone = try #require(TimeZone(identifier: "Australia/Sydney"))
        let start = try #require(ISO8601DateFormatter().date(from: "2026-11-27T04:00:00Z"))
        let window = LocalWindow(Window(start: start, end: start.addingTimeInterval(3 * 86_400)), in: zone)
        #expect(window.from == "2026-11-27 15:00:00")
        #expect(window.until == "2026-11-30 15:00:00")
        #expect(Window(start: start, end: start.addingTimeInterval(60)).contains(start))
    }

    @Test func waitOfTwoMinutes_bindsThePersonsRetryOnly() throws {
        var world = SmallHotel.world()
        world.doors["door-101"]?.isOffline = true
        world.tell(SmallHotel.stay())
        world.run(for: 30)
        let id = GrantID("s1", "door-101")
        try world.retry(id)
        world.run(for: 50)
        #expect(throws: RetryRefusal.tooEarly(seconds: 70)) { try world.retry(id) }
        world.run(for: 70)
        try world.retry(id)
        #expect(throws: RetryRefusal.unknown) { try world.retry("nobody.nowhere") }
        // The bridge's own tries have no such pause.
        world.doors["door-101"]?.isOffline = false
        world.run(for: 30)
        #expect(world.grant("s1", "door-101")?.state == .set)
    }

    @Test func severalMappingsOfARoom_areAllSet() {
        var world = SmallHotel.world()
        world.tell(SmallHotel.stay(in: "r103"))
        world.run(for: 60)
        #expect(world.codes(of: "s1", on: "door-103a") == world.codes(of: "s1", on: "door-103b"))
        #expect(world.codes(on: "door-103a").count == 1)
    }
}
