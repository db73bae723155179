// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import Testing

@testable import LockDrivers

/// The nights in which clocks change, from the reservation to the words on the wire: a lock that knows only the wall's time never shuts a
/// guest out, and every code is taken off at its true end.
@Suite struct ClockChangeTests {
    struct Night: Sendable {
        var zone: String
        var start: String
        var end: String
        var from: String
        var until: String
    }

    private static let nights = [
        // Clocks go forward at 01:00Z: 02:00 is 03:00.
        Night(
            zone: "Europe/Prague", start: "2026-03-28T14:00:00Z", end: "2026-03-29T09:00:00Z", from: "2026-03-28 15:00:00",
            until: "2026-03-29 11:00:00"),
        Night(
            zone: "Europe/Prague", start: "2026-03-29T00:30:00Z", end: "2026-03-29T01:00:00Z", from: "2026-03-29 01:30:00",
            until: "2026-03-29 03:00:00"),
        // Clocks go back at 01:00Z: what stands between 02:00 and 03:00 comes twice, and the window is told wider.
        Night(
            zone: "Europe/Prague", start: "2026-10-24T13:00:00Z", end: "2026-10-25T10:00:00Z", from: "2026-10-24 15:00:00",
            until: "2026-10-25 11:00:00"),
        Night(
            zone: "Europe/Prague", start: "2026-10-25T00:30:00Z", end: "2026-10-25T01:30:00Z", from: "2026-10-25 01:59:59",
            until: "2026-10-25 03:00:00"),
        // In the south it is the other way round.
        Night(
            zone: "Australia/Sydney", start: "2026-10-03T05:00:00Z", end: "2026-10-03T23:00:00Z", from: "2026-10-03 15:00:00",
            until: "2026-10-04 10:00:00"),
        Night(
            zone: "Australia/Sydney", start: "2026-04-04T04:00:00Z", end: "2026-04-04T15:30:00Z", from: "2026-04-04 15:00:00",
            until: "2026-04-05 03:00:00"),
    ]

    @Test(arguments: nights)
    func lockOfLocalTime_isToldTheWall_andClearedAtTheTrueEnd(_ night: Night) throws {
        let zone = try #require(TimeZone(identifier: night.zone))
        var driver = try NukiHubDriver(LockSettings(topic: "nuki/lock", slots: 1...3, timeZone: zone))
        _ = driver.read(MQTTMessage("nuki/lock/keypad/json", "[]"))
        let sent = try sent(night, traits: driver.traits)
        let payload = try #require(driver.messages(for: sent.set).first?.payload)
        #expect(payload.contains(#""allowedFrom":"\#(night.from)""#), "\(payload)")
        #expect(payload.contains(#""allowedUntil":"\#(night.until)""#), "\(payload)")
        #expect(sent.clear == .clear(slot: 1))
    }

    @Test(arguments: nights)
    func lockWithoutAClock_isClearedAtTheTrueEnd(_ night: Night) throws {
        let driver = try Zigbee2MqttDriver(LockSettings(topic: "zigbee2mqtt/Door", slots: 1...3))
        #expect(try sent(night, traits: driver.traits).clear == .clear(slot: 1))
    }

    /// What the reconciler sends for one night: at the start, and at the end's very second but not the one before.
    private func sent(_ night: Night, traits: LockTraits) throws -> (set: LockCommand, clear: LockCommand?) {
        let format = ISO8601DateFormatter()
        let start = try #require(format.date(from: night.start))
        let end = try #require(format.date(from: night.end))
        let rules = AccessRules(map: SpaceMap(spaces: ["101": .init(locks: ["door"])]))
        var machine = AccessMachine(
            rules: rules, locks: [LockView(name: "door", traits: traits)], issuer: CodeIssuer(mark: { "#" + $0 }),
            resources: [Resource(id: "r", name: "101")])
        var commands: [LockCommand] = []
        func play(_ event: AccessMachine.Event, _ now: Date) {
            for case .send(_, let command) in machine.handle(event, at: now) { commands.append(command) }
        }
        play(.connected("door", true), start)
        play(
            .stays([
                Stay(
                    id: "s", number: "1", state: .started, resource: "r", scheduledStart: start, scheduledEnd: end, actualStart: start,
                    updated: start)
            ]), start)
        play(.report("door", .slot(1, .available, .lock)), start)
        let set = try #require(commands.last)
        play(.report("door", .slot(1, .enabled(code: nil), .lock)), start.addingTimeInterval(1))
        commands = []
        play(.tick, end.addingTimeInterval(-1))
        #expect(!commands.contains(.clear(slot: 1)))
        commands = []
        // The hourly look at the code may be on its way: the lock answers it.
        play(.report("door", .slot(1, .enabled(code: nil), .lock)), end.addingTimeInterval(-0.5))
        play(.tick, end)
        return (set, commands.first)
    }
}
