// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Testing

/// Cards that come and go, and encoders that fall silent, while nothing is to do.
@Suite(.timeLimit(.minutes(6))) struct PresenceTests {
    /// The next card events: `card.arrived A1`.
    private func cards(_ count: Int, of subscription: EventHub.Subscription) async -> [String] {
        var found: [String] = []
        for await numbered in subscription.events {
            guard case .card(_, let card, _) = numbered.event, let type = numbered.event.type else { continue }
            found.append(type + (card.uid.map { " \($0)" } ?? ""))
            if found.count == count { break }
        }
        return found
    }

    @Test func polledCards_becomeEvents_onceEach() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(presence: .polled(every: .milliseconds(5))), plugged: false, device: device.device)
        let subscription = await bench.queue.events.subscribe()
        bench.ports.plug(Bench.port)
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "A1" }
        let looks = device.count("LOOK")
        try await eventually { device.count("LOOK") > looks + 3 }
        device.put(nil)
        try await eventually { await bench.queue.encoder("desk")?.card == CardPresence(.absent) }
        device.put("B2")
        try await eventually { await bench.queue.encoder("desk")?.card == CardPresence(.present, uid: "B2", technology: "toy") }
        #expect(await cards(3, of: subscription) == ["card.arrived A1", "card.removed", "card.arrived B2"])
    }

    @Test func toldCards_becomeEvents_andTheEncoderIsAskedOnlyWhereItDoesNotSayWhich() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(presence: .told), plugged: false, device: device.device)
        let subscription = await bench.queue.events.subscribe()
        bench.ports.plug(Bench.port)
        // The first look finds what lay there before.
        try await eventually { await bench.queue.encoder("desk")?.card == CardPresence(.absent) }
        device.says("*CARD A1")
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "A1" }
        #expect(device.count("LOOK") == 1)
        device.put("B2")
        device.says("*?")
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "B2" }
        #expect(device.count("LOOK") == 2)
        let told = ["card.removed", "card.arrived A1", "card.removed", "card.arrived B2"]
        #expect(await cards(4, of: subscription) == told)
    }

    /// It tells each change once only.
    @Test func card_isLookedForAgain_whenTheEncoderTellsOfItAndCannotBeAsked() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(presence: .told), device: device.device)
        try await eventually { await bench.queue.encoder("desk")?.card == CardPresence(.absent) }
        device.change { $0.oddLooks = 2 }
        device.put("A1")
        device.says("*?")
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "A1" }
        #expect(device.count("LOOK") == 4)
    }

    @Test func swappedCard_isSeenToGoAndToCome() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(presence: .polled(every: .milliseconds(5))), plugged: false, device: device.device)
        let subscription = await bench.queue.events.subscribe()
        bench.ports.plug(Bench.port)
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "A1" }
        device.put("B2")
        #expect(await cards(3, of: subscription) == ["card.arrived A1", "card.removed", "card.arrived B2"])
    }

    @Test func card_isUnknown_whenThePortIsGone() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(presence: .polled(every: .milliseconds(5))), device: device.device)
        try await eventually { await bench.queue.encoder("desk")?.card.uid == "A1" }
        bench.ports.pull(Bench.port)
        #expect(await bench.reaches(.absent))
        #expect(await bench.queue.encoder("desk")?.card == .unknown)
    }

    @Test func jobs_areCut_whileCardsArePolled() async throws {
        let device = RawToyDevice(card: "C0", next: (1...20).map { "C\($0)" })
        let driver = RawToyDriver(presence: .polled(every: .milliseconds(1)))
        let bench = await Bench(driver: driver, layout: try RawJobTests.layout(), device: device.device)
        for _ in 0..<20 { #expect(try await bench.cut().state == .done) }
    }

    @Test(arguments: [PresenceWatch.none, .polled(every: .milliseconds(5))])
    func silentEncoder_isFaulted_andComesBack(presence: PresenceWatch) async throws {
        let device = RawToyDevice(card: "A1")
        let driver = RawToyDriver(presence: presence, healthCheck: .milliseconds(20), answersWithin: .seconds(1))
        let bench = await Bench(driver: driver, layout: try RawJobTests.layout(), device: device.device)
        #expect(await bench.reaches(.ready))
        device.change { $0.isSilent = true }
        #expect(await bench.reaches(.faulted))
        #expect(await bench.queue.encoder("desk")?.lastFault?.fault.kind == .timeout)
        #expect(await bench.queue.encoder("desk")?.card == .unknown)
        device.change { $0.isSilent = false }
        #expect(await bench.reaches(.ready))
        #expect(try await bench.cut().state == .done)
    }

    @Test func healthyEncoder_isAskedNowAndThen() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(healthCheck: .milliseconds(10)), device: device.device)
        try await eventually { device.count("ID") > 4 }
        #expect(await bench.queue.encoder("desk")?.state == .ready)
        #expect(bench.ports.openings == 1)
    }
}
