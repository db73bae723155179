// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CloudConnector

@Suite struct OutboxTests {
    private static let whole = ["Received", "Processing", "Processed"]

    /// A bench with jobs that Mews knows as received.
    private func bench(_ ids: [String]) async throws -> Bench {
        let bench = Bench()
        for id in ids { bench.mews.add(id) }
        try await bench.running { _ in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == ids.count })
            #expect(await bench.time.pass(.seconds(30)) { (try? await bench.journal.outboxDepth()) == 0 })
        }
        bench.mews.change { $0.updates = [] }
        return bench
    }

    @Test func reports_arriveOnceAndInOrder_whenMewsWasAwayForAnHour() async throws {
        let ids = (0..<10).map { "c\($0)" }
        let bench = try await bench(ids)
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.isAway = true }
            bench.mews.dropSocket()
            for id in ids { try await bench.desk.cut(id) }
            let before = bench.mews.change { $0.calls.count }
            _ = await bench.time.pass(.seconds(3600))
            #expect(bench.updates().isEmpty)
            // Three loops that wait ten seconds on average.
            #expect(bench.mews.change { $0.calls.count } - before < 1500)
            #expect(await connector.status.outbox == 20)
            #expect(await connector.status.lastProblem?.contains("connection refused") == true)
            bench.mews.change { $0.isAway = false }
            #expect(await bench.time.pass(.seconds(90)) { await connector.status.outbox == 0 })
            #expect(await bench.connected(connector))
        }
        #expect(bench.mews.updates.map { "\($0.id) \($0.state)" }.sorted() == ids.map { "\($0) Processed" }.sorted())
    }

    @Test func reports_arriveOnce_whenTheBridgeIsKilledWhileMewsIsAway() async throws {
        let bench = try await bench(["c1", "c2"])
        bench.mews.change { $0.isAway = true }
        try await bench.running { _ in
            try await bench.desk.cut("c1")
            _ = await bench.time.pass(.seconds(600))
        }
        try await bench.running { _ in
            try await bench.desk.cut("c2")
            _ = await bench.time.pass(.seconds(600))
        }
        bench.mews.change { $0.isAway = false }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(90)) { await connector.status.outbox == 0 })
        }
        // The newest ending first: somebody waits for it.
        #expect(bench.mews.updates.map { "\($0.id) \($0.state)" } == ["c2 Processed", "c1 Processed"])
    }

    @Test func report_isNotSentAgain_whenTheBridgeDiedBetweenTheAnswerAndTheJournal() async throws {
        let bench = try await bench(["c1"])
        // The journal still holds what Mews has already taken.
        try await bench.desk.cut("c1")
        bench.mews.set("c1", "Processing")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 })
        }
        #expect(bench.updates() == ["Processed"])
        #expect(await bench.journal.deliveredReports.map(\.kind) == [.received, .processed])
    }

    @Test(arguments: [
        [FakeMews.Reply.swallow], [.swallow, .swallow], [.status(500), .swallow], [.status(408), .swallow], [.unreachable, .swallow],
    ])
    func report_isSentOnce_whenTheAnswerGetsLost(replies: [FakeMews.Reply]) async throws {
        let bench = try await bench(["c1"])
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.replies[.update] = replies }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(120)) { await connector.status.outbox == 0 })
        }
        #expect(bench.updates() == ["Processed"])
    }

    @Test func nothingIsSent_beforeTheTimeThatMewsNamed() async throws {
        let bench = try await bench(["c1"])
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.replies[.update] = [.status(429, retryAfter: "45")] }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(5)) { bench.mews.change { $0.replies[.update]?.isEmpty == true } })
            let (calls, since) = (bench.mews.change { $0.calls.count }, bench.time.uptime)
            // Not even when an event asks for it.
            bench.mews.add("c2")
            bench.mews.event("c2", "Pending")
            _ = await bench.time.pass(.seconds(44) - (bench.time.uptime - since))
            #expect(bench.mews.change { $0.calls.count } == calls)
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 && bench.updates("c2") == ["Received"] })
        }
        #expect(bench.updates("c1") == ["Processed"])
    }

    @Test func waits_grow_when429NamesNoTime() async throws {
        let bench = try await bench(["c1"])
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            let since = bench.time.uptime
            bench.mews.change { $0.replies[.update] = Array(repeating: .status(429), count: 5) }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(120)) { await connector.status.outbox == 0 })
            // Half of 1 + 2 + 4 + 8 + 16 seconds, as the random number is one half.
            #expect(bench.time.uptime - since >= .milliseconds(15_500))
        }
        #expect(bench.updates() == ["Processed"])
    }

    @Test(arguments: [400, 403])
    func refusedReport_leavesANoteAndLetsTheNextGo(status: Int) async throws {
        let bench = try await bench(["c1", "c2"])
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.refused = ["c1": status] }
            try await bench.desk.cut("c1")
            try await bench.desk.cut("c2")
            #expect(await bench.time.pass(.seconds(60)) { await connector.status.outbox == 0 })
            #expect(await connector.status.lastProblem?.contains("Not in this state.") == true)
        }
        #expect(bench.updates("c2") == ["Processed"])
        let job = try #require(try await bench.job("c1"))
        #expect(try await bench.journal.trail(of: job.id).contains { $0.note.contains("Not in this state.") })
    }

    @Test func closedCommand_endsTheDelivery_withANoteInTheTrail() async throws {
        let bench = try await bench(["c1"])
        bench.mews.set("c1", "Cancelled")
        try await bench.desk.cut("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(60)) { await connector.status.outbox == 0 })
        }
        #expect(bench.updates().isEmpty)
        let job = try #require(try await bench.job("c1"))
        #expect(try await bench.journal.trail(of: job.id).contains { $0.note.contains("closed the command as Cancelled") })
    }

    @Test func report_waits_whenTheJournalFailsAfterMewsTookIt() async throws {
        let bench = try await bench(["c1"])
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.replies[.update] = [.status(429, retryAfter: "20")] }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(5)) { bench.mews.change { $0.replies[.update]?.isEmpty == true } })
            await bench.journal.fail(JournalFault("The disk is full: make room."))
            _ = await bench.time.pass(.seconds(60))
            await bench.journal.fail(nil)
            #expect(await bench.time.pass(.seconds(120)) { await connector.status.outbox == 0 })
        }
        #expect(bench.updates() == ["Processed"])
    }

    @Test func load_staysWithinTheBudget() async throws {
        let bench = Bench()
        for number in 0..<400 { bench.mews.add("c\(number)") }
        try await bench.running { connector in
            _ = await bench.time.pass(.seconds(29))
            #expect(bench.mews.change { $0.calls.count } <= 180)
            #expect(await bench.time.pass(.seconds(3600)) { bench.updates().count == 400 })
        }
    }
}
