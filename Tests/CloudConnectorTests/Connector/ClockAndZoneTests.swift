// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CloudConnector

@Suite struct ClockAndZoneTests {
    /// A machine without a battery for its clock starts at some old date; NTP sets it right while keys are ordered.
    @Test(arguments: [-14 * 86_400.0, -600, 600, 3600])
    func ordersAreJudgedByMewsClock_whenOursIsSetRight(off seconds: Double) async throws {
        let bench = Bench()
        bench.time.setWallClock(off: seconds)
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            let skew = await connector.status.clockSkew ?? .infinity
            #expect(abs(skew + seconds) <= 1)
            #expect(await connector.status.problems?.contains { $0.area == .clock } == true)
            bench.mews.add("before")
            bench.mews.event("before", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates("before") == ["Received"] })
            bench.time.setWallClock(off: 0)
            bench.mews.add("after")
            bench.mews.event("after", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates("after") == ["Received"] })
            bench.mews.add("stale", created: bench.time.right.addingTimeInterval(-1500))
            bench.mews.event("stale", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates("stale") == ["Error"] })
            let after = await connector.status.clockSkew ?? .infinity
            #expect(abs(after) <= 1)
            #expect(await connector.status.problems?.isEmpty == true)
            #expect(bench.log.lines.contains { $0.contains("clock was set") })
        }
    }

    @Test func ordersAreTaken_whenMewsSetsItsOwnClock() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.clockAhead = -3600 }
            bench.mews.add("c1")
            bench.mews.event("c1", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates("c1") == ["Received"] })
        }
    }

    @Test(arguments: ["Central Europe Standard Time", "europe/budapest", " Europe/Budapest ", "Europe/Budapest"])
    func zone_isUnderstood_howeverItIsWritten(name: String) async throws {
        let bench = Bench()
        bench.mews.change { $0.timeZone = name }
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            #expect(await bench.desk.timeZones == ["Europe/Budapest"])
            #expect(await connector.status.problems?.isEmpty == true)
        }
    }

    @Test(arguments: ["Nowhere/City", "", "  ", "BST", "GMT+1"])
    func keysAreRefused_whenNobodyKnowsTheZone(name: String) async throws {
        let bench = Bench()
        bench.mews.change { $0.timeZone = name }
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Error"] })
            let fault = try #require(await bench.desk.submitted.first?.refusal)
            #expect("\(fault.kind)".contains("property.timeZone") && fault.cause == .noTimeZone)
            #expect(await connector.status.problems?.contains { $0.area == .timeZone && $0.weight == .trouble } == true)
        }
    }

    @Test func keysAreCut_andTheDifferenceIsSaid_whenTheConfigurationHasAnotherZone() async throws {
        let bench = Bench(timeZone: TimeZone(identifier: "America/New_York"))
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            let problem = await connector.status.problems?.first { $0.area == .timeZone }
            #expect(problem?.sentence.contains("America/New_York") == true && problem?.sentence.contains("Europe/Budapest") == true)
            #expect(bench.log.lines.contains { $0.contains("America/New_York") })
        }
    }

    @Test func commandsWait_untilMewsHasToldTheZone() async throws {
        let bench = Bench()
        bench.mews.change { $0.replies[.configuration] = Array(repeating: .status(500), count: 3) }
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(60)) { bench.updates() == ["Received"] })
            #expect(await bench.desk.timeZones == ["Europe/Budapest"])
        }
    }
}
