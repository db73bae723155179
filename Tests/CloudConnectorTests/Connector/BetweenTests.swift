// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CloudConnector

/// What stands between the bridge and Mews answers in its place, or something of Mews' own goes wrong with one request only.
@Suite struct BetweenTests {
    private static let pages: [FakeMews.Reply] =
        [200, 302, 400, 401, 403, 404, 407, 408, 429, 500, 502, 511].map { .page($0) }
        + [.page(200, body: ""), .page(200, type: "application/json", body: ""), .page(502, done: true), .page(200, done: true)]

    @Test(arguments: pages.indices)
    func report_isKeptAndTold_whateverAPageSays(index: Int) async throws {
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            bench.mews.change { $0.replies[.update] = Array(repeating: Self.pages[index], count: 3) }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(60)) { await connector.status.outbox == 0 })
            #expect(await connector.status.lastProblem?.contains("not Mews") == true)
            #expect(await connector.status.state == .connected)
        }
        // Told once: what was carried out behind a page is read back and not said again.
        #expect(bench.mews.stateOf("c1") == "Processed" && bench.updates().count { $0 == "Processed" } == 1)
    }

    @Test(arguments: pages.indices)
    func order_isTaken_whateverAPageSaysToTheQuestion(index: Int) async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change {
                $0.replies[.byIDs] = [Self.pages[index]]
                $0.replies[.allActive] = [Self.pages[index]]
            }
            bench.mews.add("c1")
            bench.mews.event("c1", "Pending")
            #expect(await bench.time.pass(.seconds(25)) { bench.updates() == ["Received"] })
            #expect(await bench.desk.submitted.allSatisfy { $0.refusal == nil })
        }
    }

    @Test func jsonWithoutAList_isNotAnEmptyList() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        bench.mews.change { $0.replies[.allActive] = [.page(200, type: "application/json", body: #"{"status":"blocked"}"#)] }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(25)) { bench.updates() == ["Received"] })
        }
    }

    @Test func otherReportsGetThrough_andItIsSaid_whenMewsFailsForOneCommand() async throws {
        let bench = Bench()
        for id in ["sick", "c1", "c2", "c3"] { bench.mews.add(id) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 4 })
            bench.mews.change { $0.sick = ["sick"] }
            for id in ["c1", "sick", "c2", "c3"] { try await bench.desk.cut(id) }
            #expect(await bench.time.pass(.seconds(20)) { bench.updates().count { $0 == "Processed" } == 3 })
            _ = await bench.time.pass(.seconds(60))
            let problems = await connector.status.problems ?? []
            #expect(problems.contains { $0.area == .reports && $0.sentence.contains("not reached Mews") })
            bench.mews.change { $0.sick = [] }
            #expect(await bench.time.pass(.seconds(30)) { bench.mews.stateOf("sick") == "Processed" })
            // Mews has it before the journal knows that it is delivered.
            #expect(await bench.time.pass(.seconds(5)) { await connector.status.problems?.isEmpty == true })
        }
    }

    @Test func freshKeysEndingGoesFirst_whenHundredsOfOldOnesWait() async throws {
        let bench = Bench()
        for number in 0..<300 { bench.mews.add("old\(number)", created: VirtualTime.start.addingTimeInterval(-3600)) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(60)) { await bench.desk.submitted.count == 300 })
            bench.mews.add("fresh")
            bench.mews.event("fresh", "Pending")
            #expect(await bench.time.pass(.seconds(10)) { await bench.desk.submitted.count == 301 })
            let since = bench.time.uptime
            try await bench.desk.cut("fresh")
            #expect(await bench.time.pass(.seconds(120)) { bench.mews.stateOf("fresh") == "Processed" })
            #expect(bench.time.uptime - since < .seconds(2))
            #expect(await bench.time.pass(.seconds(120)) { await connector.status.outbox == 0 })
        }
        // What is overtaken is left out: one request for each of the old ones.
        #expect(bench.mews.updates.count { $0.id != "fresh" } == 300)
    }

    @Test func budgetHolds_with20BusyEncoders() async throws {
        let bench = Bench()
        for number in 0..<20 { bench.mews.add("c\(number)") }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates().count == 20 })
            for round in 0..<60 {
                for number in 0..<20 { try await bench.desk.report("c\(number)", progress: round < 30 ? 0 : 0.5) }
                _ = await bench.time.pass(.seconds(1))
            }
            for number in 0..<20 { try await bench.desk.cut("c\(number)") }
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 })
        }
        let sent = bench.mews.change(\.sent)
        for (index, moment) in sent.enumerated() where index >= 200 { #expect(moment - sent[index - 200] >= .seconds(30)) }
        // `Processing` of the same progress is told once.
        #expect(bench.updates("c7") == ["Received", "Processing", "Processing", "Processed"])
    }

    @Test func event_isNotLost_whenItComesBeforeItsCommandIsListed() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.hidden = ["early"] }
            bench.mews.add("early")
            bench.mews.event("early", "Pending")
            _ = await bench.time.pass(.milliseconds(2500))
            bench.mews.change { $0.hidden = [] }
            #expect(await bench.time.pass(.seconds(3)) { bench.updates() == ["Received"] })
        }
    }

    @Test func ids_areComparedByValue() async throws {
        let bench = Bench()
        let id = "aa20961f-6d9e-4b35-ad25-071213530aec"
        bench.mews.add(id.uppercased())
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.submitted.count == 1 })
            bench.mews.event(id, "Pending")
            bench.mews.event(id.uppercased(), "Pending")
            _ = await bench.time.pass(.seconds(60))
            #expect(await bench.desk.submitted.map(\.externalID) == [id])
        }
    }

    @Test func ownCancel_isNoProblem_whenMewsCancelledItself() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            bench.mews.set("c1", "Cancelled")
            bench.mews.event("c1", "Cancelled")
            #expect(await bench.time.pass(.seconds(30)) { await bench.desk.cancelled.count == 1 })
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 })
            let status = await connector.status
            #expect(status.lastProblem == nil && status.problems?.isEmpty == true)
        }
    }

    @Test func cardCutAfterItsCancel_isSaid() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            bench.mews.set("c1", "Cancelled")
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.outbox == 0 })
            #expect(await connector.status.problems?.contains { $0.sentence.contains("take the card back") } == true)
        }
    }

    /// The core may wait for an encoder, or for a disk, before it can say what became of a wish to cancel.
    @Test func intakeGoesOn_whenACancelHangs() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            await bench.desk.hangOnCancel()
            bench.mews.set("c1", "Cancelled")
            bench.mews.event("c1", "Cancelled")
            bench.mews.add("c2")
            bench.mews.event("c2", "Pending")
            #expect(await bench.time.pass(.seconds(10)) { bench.updates("c2") == ["Received"] })
        }
    }

    @Test func receivedCommand_thatTheJournalDoesNotKnow_isNotCut() async throws {
        let bench = Bench()
        bench.mews.add("lost")
        bench.mews.set("lost", "Received")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates("lost") == ["Error"] })
            let fault = try #require(await bench.desk.submitted.first?.refusal)
            #expect(fault.card == .unknown && fault.cause == .recordsLost)
        }
    }

    @Test func keyIsCut_whenItsEventCalledItPending_thoughItIsReceivedNow() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.add("c1")
            bench.mews.set("c1", "Received")
            bench.mews.event("c1", "Pending")
            #expect(await bench.time.pass(.seconds(5)) { await bench.desk.submitted.first.map { $0.refusal == nil } ?? false })
        }
    }

    @Test func tokenFile_thatIsEmptyForAMoment_isNoRefusal() async throws {
        struct Empty: Error {}
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.breakTokens(Empty())
            bench.mews.dropSocket()
            bench.mews.add("c2")
            #expect(await bench.time.pass(.seconds(5)) { bench.updates("c2") == ["Received"] })
            #expect(await connector.status.problems?.contains { $0.sentence.contains("cannot be read") } == true)
            bench.breakTokens(nil)
            bench.mews.dropSocket()
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.problems?.isEmpty == true })
        }
    }

    @Test func formOf2015_worksWithItsOwnOperationsOnly() async throws {
        let bench = Bench(tokens: .connector("CON"))
        bench.mews.change { $0.isOf2015 = true }
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(120)) { bench.updates() == ["Received"] })
            try await bench.desk.cut("c1")
            bench.mews.add("c2")
            #expect(await bench.time.pass(.seconds(120)) { bench.updates("c1") == ["Received", "Processed"] })
            #expect(await bench.time.pass(.seconds(120)) { bench.updates("c2") == ["Received"] })
            #expect(await bench.connected(connector))
            bench.mews.set("c2", "Cancelled")
            #expect(await bench.time.pass(.seconds(120)) { await bench.desk.cancelled.count == 1 })
        }
        // What an earlier run left is told, though nothing can be read back.
        bench.mews.add("c3")
        try await bench.running { _ in #expect(await bench.time.pass(.seconds(120)) { bench.updates("c3") == ["Received"] }) }
        try await bench.desk.cut("c3")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(120)) { bench.updates("c3").last == "Processed" })
            #expect(await bench.time.pass(.seconds(120)) { await connector.status.outbox == 0 })
        }
        #expect(bench.mews.change { mews in !mews.calls.contains(.byIDs) && !mews.calls.contains(.configuration) })
    }
}
