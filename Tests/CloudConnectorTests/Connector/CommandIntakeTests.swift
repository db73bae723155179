// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CloudConnector

@Suite struct CommandIntakeTests {
    @Test func command_becomesAJob_andItsReportsGoBackInOrder() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.add("c1")
            bench.mews.event("c1", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates() == ["Received"] })
            try await bench.desk.cut("c1")
            // What a later report has overtaken is left out.
            #expect(await bench.time.pass(.seconds(5)) { bench.updates() == ["Received", "Processed"] })
            #expect(bench.mews.updates.last?.notes == "1 key cut.")
            // Mews has it before the journal knows that it is delivered.
            #expect(await bench.time.pass(.seconds(5)) { await connector.status.outbox == 0 })
            let status = await connector.status
            #expect(status.property == "Hotel" && status.timeZone == "Europe/Budapest" && status.clockSkew == 0)
            #expect(await bench.desk.timeZones == ["Europe/Budapest"])
            #expect(bench.mews.change(\.cookies) == ["ClientToken=CT; AccessToken=AT"])
        }
        #expect(bench.mews.change(\.isShutDown))
    }

    @Test func events_makeOneJob_howeverOftenTheyCome() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.add("c1")
            for _ in 0..<20 { bench.mews.event("c1", "Pending") }
            #expect(await bench.time.pass(.seconds(5)) { bench.updates() == ["Received"] })
            for state in ["Received", "Pending", "Pending", "Processing"] { bench.mews.event("c1", state) }
            bench.mews.send("not JSON")
            bench.mews.send(#"{"Events":[{"Type":"DeviceCommand","Id":"nobody-knows","State":"Pending"}]}"#)
            #expect(await bench.time.pass(.seconds(5)) { bench.mews.change(\.asked).contains { $0.contains("nobody-knows") } })
            _ = await bench.time.pass(.seconds(400))
            #expect(await bench.desk.submitted.count == 1 && bench.updates() == ["Received"])
        }
    }

    @Test func hundredCommands_areOrderedOnceEach_inTheirOrder_whenTheyQueuedWhileNobodyListened() async throws {
        let bench = Bench()
        for number in (0..<100).reversed() {
            bench.mews.add("c\(number)", created: VirtualTime.start.addingTimeInterval(Double(number) - 120))
        }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(600)) { bench.updates().count == 100 })
            #expect(await bench.desk.submitted.map(\.externalID) == (0..<100).map { "c\($0)" })
            #expect(Set(bench.mews.updates.map(\.id)).count == 100)
            #expect(bench.time.uptime < .seconds(60))
        }
    }

    @Test func goodCommands_areTaken_whenABrokenOneIsAmongThem() async throws {
        let bench = Bench()
        bench.mews.add("good1")
        bench.mews.add("printer", device: "Printer", data: #"{"CopyCount":1}"#)
        bench.mews.add("broken", data: "17")
        bench.mews.add(
            "nokeys",
            data:
                #"{"KeyCutterId":"front-desk","KeyCount":0,"LockIds":["1"],"StartUtc":"2026-03-28T14:00:00Z","EndUtc":"2026-03-30T10:00:00Z"}"#
        )
        bench.mews.add(
            "typo",
            data:
                #"{"KeyCutterId":"front-desk","KeyCutterData":"{ \"Type\" }","KeyCount":1,"LockIds":["1"],"StartUtc":"2026-03-28T14:00:00Z","EndUtc":"2026-03-30T10:00:00Z"}"#
        )
        bench.mews.add("elsewhere", cutter: "attic")
        bench.mews.add("good2")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 6 })
            #expect(bench.updates("good1") == ["Received"] && bench.updates("good2") == ["Received"])
            #expect(bench.mews.stateOf("printer") == "Pending")
            for id in ["broken", "nokeys", "typo", "elsewhere"] { #expect(bench.updates(id) == ["Error"], "\(id)") }
            func notes(_ id: String) -> String { bench.mews.updates.last { $0.id == id }?.notes ?? "" }
            #expect(notes("typo").contains("expected : at column 10"))
            #expect(notes("elsewhere").contains("No encoder here stands for this key cutter"))
            // What to set is said where a technician looks: the clerk can do nothing about it.
            func row() async -> HealthProblem? { await connector.status.problems?.first { $0.area == .keyCutter } }
            let problem = try #require(await row())
            #expect(problem.sentence.contains("\"attic\"") && problem.sentence.contains("connector.mews.keyCutters"))
            _ = await bench.time.pass(.seconds(3600))
            #expect(await row() == nil)
        }
    }

    @Test func otherBridgesCommands_stayUntouched_whenSetToIgnore() async throws {
        let bench = Bench(unknown: .ignore)
        bench.mews.add("elsewhere", cutter: "attic")
        bench.mews.add("ours")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            #expect(bench.mews.stateOf("elsewhere") == "Pending" && bench.mews.stateOf("ours") == "Received")
        }
    }

    @Test func staleCommand_isAnsweredNotCut() async throws {
        let bench = Bench()
        bench.mews.add("old", created: VirtualTime.start.addingTimeInterval(-3600))
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates("old") == ["Error"] })
            #expect(bench.mews.updates.last?.notes?.contains("waited too long") == true)
        }
    }

    @Test(arguments: [-1800.0, 1800])
    func freshCommand_isTaken_andTheClockIsReported_whenTheClocksAreApart(ahead: Double) async throws {
        let bench = Bench()
        bench.mews.change { $0.clockAhead = ahead }
        bench.mews.add("fresh")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates("fresh") == ["Received"] })
            let status = await connector.status
            #expect(status.clockSkew == ahead)
            #expect(status.lastProblem?.contains(ahead > 0 ? "1800 s behind" : "1800 s ahead of") == true)
            let request = try #require(await bench.desk.submitted.first)
            #expect(abs(request.createdAt.timeIntervalSince(VirtualTime.start)) < 60)
        }
    }

    @Test func job_isCancelled_whenItsCommandIsCancelledInMews() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        bench.mews.add("c2")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received", "Received"] })
            // A hint alone does nothing: Mews itself must say so.
            bench.mews.event("c2", "Cancelled")
            bench.mews.set("c1", "Cancelled")
            bench.mews.event("c1", "Cancelled")
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.cancelled.count == 1 })
            let (gone, kept) = (try await bench.job("c1"), try await bench.job("c2"))
            #expect(gone?.state == .cancelled && kept?.state == .queued)
            // The report finds the command closed, and does not stand in the way of others.
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 })
        }
    }

    @Test func unfinishedJobs_areReadAgain_atStartAndAfterAReconnect() async throws {
        let bench = Bench()
        for id in ["c1", "c2", "c3"] { bench.mews.add(id) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 3 })
        }
        // In Processing it is no longer listed as active; cancelled it is not listed either.
        bench.mews.set("c1", "Processing")
        bench.mews.set("c2", "Cancelled")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.cancelled.count == 1 })
            #expect(bench.mews.change(\.asked).contains { Set($0).isSuperset(of: ["c1", "c2"]) })
            #expect(await bench.connected(connector))
            bench.mews.dropSocket()
            bench.mews.set("c3", "Cancelled")
            bench.mews.add("c4")
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.cancelled.count == 2 })
            #expect(await bench.time.pass(.seconds(30)) { bench.updates("c4") == ["Received"] })
            #expect(bench.mews.sockets == 3)
            #expect(await bench.desk.submitted.count == 4)
        }
    }

    @Test func unfinishedJob_thatMewsCannotGive_holdsNoOtherBack() async throws {
        let bench = Bench()
        let ids = (1...9).map { "c\($0)" }
        for id in ids { bench.mews.add(id) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 9 })
        }
        for id in ids { bench.mews.set(id, "Cancelled") }
        bench.mews.change { $0.unreadable = ["c4"] }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.cancelled.count == 8 })
            #expect(await bench.connected(connector))
            #expect(await connector.status.lastProblem?.contains("fault of its own") == true)
            bench.mews.change { $0.unreadable = [] }
            #expect(await bench.time.pass(.seconds(60)) { await bench.desk.cancelled.count == 9 })
        }
    }

    @Test func bridge_isNotConnected_whenMewsCanGiveNothing() async throws {
        let bench = Bench()
        for id in ["c1", "c2"] { bench.mews.add(id) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 2 })
        }
        for id in ["c1", "c2"] { bench.mews.set(id, "Cancelled") }
        bench.mews.change { $0.unreadable = ["c1", "c2"] }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.mews.change { $0.asked.contains(["c2"]) } })
            #expect(await connector.status.state == .connecting)
        }
    }

    @Test func command_isFound_whenItsEventNeverCame() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.add("quiet")
            #expect(
                await bench.time.pass(.seconds(21)) { bench.updates("quiet") == ["Received"] })
        }
    }

    @Test func command_waitsInMews_whenTheJournalCannotKeepIt() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            await bench.journal.fail(JournalFault("The disk is full: make room."))
            bench.mews.add("c1")
            bench.mews.event("c1", "Pending")
            #expect(await bench.time.pass(.seconds(20)) { await connector.status.lastProblem == "The disk is full: make room." })
            #expect(bench.mews.stateOf("c1") == "Pending")
            await bench.journal.fail(nil)
            #expect(await bench.time.pass(.seconds(120)) { bench.updates("c1") == ["Received"] })
        }
    }
}
