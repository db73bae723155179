// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The daemon is killed (SIGKILL) in each state of a job and started again: nothing is lost, nothing is cut twice, and every
/// command ends exactly once.
@Suite(.timeLimit(.minutes(6))) struct RestartTests {
    private static let interrupted = "The bridge restarted while the card was written: check the card or cut it again."

    @Test func ordersThatWaited_areCutAfterTheRestart() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let away = try await site.encoder()
            try site.configure(away, sandbox: sandbox)
            try await away.program.stop()
            let first = try site.bridge()
            let ids = [try await sandbox.cut("1001"), try await sandbox.cut("1003")]
            for id in ids { try await sandbox.reached("Received", id) }
            try await first.killNine()
            _ = try site.bridge()
            let encoder = try await site.encoder()
            for id in ids {
                let command = try await sandbox.outcome(of: id)
                #expect(command.way == ["Pending", "Received", "Processing", "Processed"])
                #expect(command.endings == 1)
            }
            #expect(try encoder.cards().map(\.rooms.first) == ["101", "102"])
        }
    }

    @Test func orderThatTheEncoderHad_isInterruptedAndNeverCutAgain() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--card-delay", "1500ms"])
            try site.configure(encoder, sandbox: sandbox)
            let first = try site.bridge()
            let caught = try await sandbox.cut("1001")
            try await sandbox.reached("Processing", caught)
            try await first.killNine()
            #expect(try encoder.cards().isEmpty)
            _ = try site.bridge()
            let command = try await sandbox.outcome(of: caught)
            #expect(command.state == "Error")
            #expect(command.notes?.hasPrefix(Self.interrupted) == true, "\(command.notes ?? "")")
            // The encoder still waits for the first card; the next order comes after it.
            let next = try await sandbox.outcome(of: try await sandbox.cut("1003"))
            #expect(next.state == "Processed")
            #expect(try encoder.cards().map(\.rooms.first) == ["101", "102"])
            #expect(try await sandbox.commands().map(\.endings) == [1, 1])
        }
    }

    @Test func cardThatWasCutWhileThePMSWasAway_isReportedOnceAfterTheRestart() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--card-delay", "500ms"])
            try site.configure(encoder, sandbox: sandbox)
            let first = try site.bridge()
            let id = try await sandbox.cut("1001")
            try await sandbox.reached("Processing", id)
            try await sandbox.fault(["away": true])
            try await eventually("the job to end") { try await first.status().queue.unfinishedJobs == 0 }
            #expect(try encoder.cards().count == 1)
            #expect(try await first.status().queue.undeliveredReports >= 1)
            try await first.killNine()
            let second = try site.bridge()
            #expect(try await eventually("the second run") { try await second.status() }.queue.undeliveredReports >= 1)
            #expect(try await sandbox.command(id).isFinal == false)
            try await sandbox.mend()
            let command = try await sandbox.outcome(of: id, within: .seconds(60))
            #expect(command.way == ["Pending", "Received", "Processing", "Processed"])
            #expect(command.endings == 1)
            try await eventually("an empty outbox") { try await second.status().queue.undeliveredReports == 0 }
            #expect(try encoder.cards().count == 1)
        }
    }

    /// The PMS has the report, the bridge does not know it.
    @Test(arguments: ["swallow", "delay"]) func reportOnItsWay_isNotGivenTwice(effect: String) async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--card-delay", "800ms"])
            try site.configure(encoder, sandbox: sandbox)
            let first = try site.bridge()
            let id = try await sandbox.cut("1001")
            try await sandbox.reached("Processing", id)
            var fault: [String: any Sendable] = ["effect": effect, "operation": "commands/update", "count": 1]
            if effect == "delay" { fault["seconds"] = 3 }
            try await sandbox.fault(fault)
            try await eventually("the job to end") { try await first.status().queue.unfinishedJobs == 0 }
            try await first.killNine()
            let second = try site.bridge()
            let command = try await sandbox.outcome(of: id, within: .seconds(60))
            #expect(command.state == "Processed")
            try await eventually("an empty outbox") { try await second.status().queue.undeliveredReports == 0 }
            #expect(try await sandbox.command(id).endings == 1)
            #expect(try encoder.cards().count == 1)
        }
    }

    @Test func reportsWhoseAnswersAreLost_areNotRepeated() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            let bridge = try site.bridge()
            try await bridge.connected()
            try await sandbox.fault(["effect": "swallow", "operation": "commands/update", "count": 3])
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"), within: .seconds(60))
            // What is overtaken may be left out; nothing is said twice.
            let states = command.history.map(\.state)
            #expect(Set(states).count == states.count && states.first == "Pending" && states.last == "Processed")
            #expect(try encoder.cards().count == 1)
        }
    }

    /// Keys are cut on the site's own word while the PMS is away; the reports follow, in order, from whichever run is there then.
    @Test func reportsOfAnHourWithoutThePMS_arriveOnceAndInOrder() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--card-delay", "400ms"])
            try site.configure(encoder, sandbox: sandbox)
            let first = try site.bridge()
            try await first.connected()
            var ids: [String] = []
            for stay in ["1001", "1002", "1003", "1004", "1005"] { ids.append(try await sandbox.cut(stay)) }
            for id in ids { try await sandbox.reached("Received", id) }
            try await sandbox.fault(["away": true])
            try await encoder.cut(2)
            try await eventually("a moment between two cards") { try await first.encoder().currentJob != nil }
            try await first.killNine()
            let second = try site.bridge()
            try await eventually("every job to end") { try await second.status().queue.unfinishedJobs == 0 }
            try await sandbox.mend()
            let commands = try await sandbox.outcomes(within: .seconds(60))
            #expect(commands.map(\.endings) == [1, 1, 1, 1, 1])
            #expect(try OrderOfCards.fault(commands, try encoder.cards()) == nil)
            #expect(commands.count { $0.state == "Error" } <= 1, "at most the one in hand is interrupted")
            // Between commands there is no order of reports: those that the run before may have told already are read back first.
        }
    }
}
