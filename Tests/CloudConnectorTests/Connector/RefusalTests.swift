// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import CloudConnector

@Suite struct RefusalTests {
    private func isStopped(_ connector: MewsConnector) async -> Bool { await connector.status.state == .stopped }

    @Test func connectorStops_andGoesOnWithNewTokens_when401Comes() async throws {
        let bench = Bench()
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            #expect(await bench.connected(connector))
            bench.mews.change { $0.validToken = "AT2" }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(30)) { await self.isStopped(connector) })
            #expect(await connector.status.reason?.contains("check the token files") == true)
            let calls = bench.mews.change { $0.calls.count }
            _ = await bench.time.pass(.seconds(600))
            // Asked again after 30 s, 1, 2 and 4 minutes, and nothing besides.
            #expect(bench.mews.change { $0.calls.count } - calls <= 5)
            #expect(await connector.status.outbox == 2)

            bench.tokens.withLock { $0 = .pair(clientToken: "CT", accessToken: "AT2") }
            #expect(await bench.time.pass(.seconds(61)) { await connector.status.outbox == 0 })
            #expect(await bench.connected(connector))
            #expect(await connector.status.reason == nil)
        }
        #expect(bench.updates() == ["Received", "Processed"])
    }

    @Test func connectorTriesAgain_afterAQuarterOfAnHour_whenTheTokensAreStillRefused() async throws {
        let bench = Bench()
        bench.mews.change { $0.validToken = "other" }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await self.isStopped(connector) })
            bench.mews.change { $0.validToken = "AT" }
            #expect(await bench.time.pass(.seconds(901)) { await connector.status.state == .connected })
        }
    }

    /// What the tokens are worth is told by the API, and by nobody else.
    @Test(arguments: [401, 403, 502])
    func commandsArePolled_andItIsSaid_whenOnlyTheSocketIsRefused(status: Int) async throws {
        let bench = Bench()
        bench.mews.change { $0.socketFault = .rejected(status: status, retryAfter: nil) }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { await connector.status.lastProblem?.contains("status \(status)") == true })
            for id in ["c1", "c2"] {
                _ = await bench.time.pass(.seconds(200))
                bench.mews.add(id)
                #expect(await bench.time.pass(.seconds(4)) { bench.updates(id) == ["Received"] })
            }
            #expect(await connector.status.state == .connecting)
        }
    }

    @Test func nothingGoesOut_andItIsSaid_whenTokensCannotBeRead() async throws {
        struct Missing: Error {}
        let bench = Bench()
        let connector = MewsConnector(
            configuration: MewsConfiguration(MewsProperty(client: "T")) { throw Missing() }, desk: bench.desk, journal: bench.journal,
            logger: .init(label: "t") { _ in bench.log }, transport: bench.mews, time: bench.time.keeper, random: { 0.5 })
        let run = Task { await connector.run() }
        #expect(await bench.time.pass(.seconds(30)) { await connector.status.lastProblem?.contains("token files") == true })
        #expect(await connector.status.problems?.contains { $0.sentence.contains("token files") } == true)
        run.cancel()
        await run.value
        #expect(bench.mews.change { $0.calls.isEmpty })
    }

    @Test func nothingIsSent_whenTheAddressWouldLeakTheTokens() async throws {
        let bench = Bench()
        let connector = MewsConnector(
            configuration: MewsConfiguration(MewsProperty(api: "http://api.mews.com", client: "T")) { .connector("CON") }, desk: bench.desk,
            journal: bench.journal, logger: .init(label: "t") { _ in bench.log }, transport: bench.mews, time: bench.time.keeper,
            random: { 0.5 })
        let run = Task { await connector.run() }
        #expect(await bench.time.pass(.seconds(30)) { await self.isStopped(connector) })
        run.cancel()
        await run.value
        #expect(bench.mews.change { $0.calls.isEmpty && $0.cookies.isEmpty })
    }

    @Test func connectorSignsIn_inTheModelOf2015_andFightsForTheSessionOnce() async throws {
        let bench = Bench(tokens: .connector("CON"))
        bench.mews.add("c1")
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(30)) { bench.updates() == ["Received"] })
            #expect(bench.mews.change(\.cookies).isEmpty)
            #expect(bench.mews.change(\.signIns) == 1)
            #expect(await bench.connected(connector))

            bench.mews.change { $0.validToken = "taken over" }
            try await bench.desk.cut("c1")
            #expect(await bench.time.pass(.seconds(30)) { bench.updates("c1") == ["Received", "Processed"] })
            #expect(bench.mews.change(\.signIns) == 2)
            #expect(await bench.connected(connector))

            bench.mews.change { $0.validToken = "taken over again" }
            #expect(await bench.time.pass(.seconds(301)) { await self.isStopped(connector) })
            #expect(await connector.status.reason?.contains("Another client") == true)
            _ = await bench.time.pass(.seconds(3600))
            #expect(bench.mews.change(\.signIns) == 2)
        }
    }

    @Test func logs_holdNoTokenAndNoName_whateverHappens() async throws {
        let bench = Bench(tokens: .pair(clientToken: "SECRET-CLIENT", accessToken: "SECRET-ACCESS"))
        bench.mews.change { $0.validToken = "SECRET-ACCESS" }
        let data =
            #"{"KeyCutterId":"front-desk","KeyCount":1,"LockIds":["101"],"StartUtc":"2026-03-28T14:00:00Z","EndUtc":"2026-03-30T10:00:00Z","#
            + #""LastName":"SECRET-GUEST","Password":"SECRET-PASSWORD","KeyCutterData":"{ SECRET-DATA"}"#
        bench.mews.add("c1", data: data)
        bench.mews.change { $0.replies[.allActive] = [.status(403, message: "SECRET-ACCESS is odd"), .status(500)] }
        try await bench.running { connector in
            #expect(await bench.time.pass(.seconds(60)) { bench.updates("c1") == ["Error"] })
            bench.mews.dropSocket()
            bench.mews.change { $0.validToken = "x" }
            #expect(await bench.time.pass(.seconds(60)) { await self.isStopped(connector) })
            let status = String(decoding: try JSONEncoder().encode(await connector.status), as: UTF8.self)
            #expect(!status.contains("SECRET"))
        }
        #expect(!bench.log.lines.isEmpty)
        for line in bench.log.lines { #expect(!line.contains("SECRET"), "\(line)") }
        #expect(!bench.mews.updates.contains { $0.notes?.contains("SECRET") == true })
    }

    @Test func log_hasOneLineForEachChange_howeverLongMewsIsAway() async throws {
        let bench = Bench()
        try await bench.running { connector in
            #expect(await bench.connected(connector))
            bench.mews.change { $0.isAway = true }
            bench.mews.dropSocket()
            _ = await bench.time.pass(.seconds(1200))
        }
        #expect(bench.log.lines.count <= 8, "\(bench.log.lines)")
    }

    @Test func status_isJSONWithEveryKey() async throws {
        let status = ConnectorStatus(name: "mews", state: .connecting, since: VirtualTime.start)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(status)) as? [String: Any]
        #expect(
            Set(try #require(object).keys) == [
                "name", "state", "reason", "since", "outbox", "clockSkew", "property", "timeZone", "lastProblem", "lastProblemAt",
                "oldestReportAt", "problems",
            ])
    }
}
