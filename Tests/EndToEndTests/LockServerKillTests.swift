// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// A Mews command on its way to a lock server (command, KR, KA, journal, report), and the daemon killed at each step of it: the key is
/// ordered at most once, the command ends once, and what nobody can know is said as such.
@Suite(.serialized, .timeLimit(.minutes(6))) struct LockServerKillTests {
    enum Step: String, CaseIterable, CustomTestStringConvertible {
        case beforeKR = "kept, and the lock server is not there"
        case krOnTheLine = "KR is sent, and the lock server has not read it"
        case krTaken = "KR is taken, and the card is not made"
        case kaOnTheLine = "KA is sent, and the journal has not got it"
        case kept = "the journal has it, and the report did not get through"

        var testDescription: String { rawValue }
        /// Nobody can know of these whether there is a card.
        var isInDoubt: Bool { self != .beforeKR && self != .kept }
    }

    @Test(arguments: Step.allCases) func key_isOrderedOnce_andReportedOnce_whenTheBridgeIsKilled(at step: Step) async throws {
        try await Site.open { site in
            let way = LockServerProcess.Way.listens(try freePort())
            let sandbox = try await site.sandbox()
            try site.configure(way, sandbox: sandbox)
            var server = step == .beforeKR ? nil : try site.lockServer(way, ["--card-delay", "1500ms"])
            let first = try site.bridge()
            try await first.connected()
            if server != nil { try await first.ready() }
            if step == .krOnTheLine { server?.program.signal(SIGSTOP) }
            let command = try await sandbox.cut("1001")
            try await reach(step, command, sandbox, first, server)
            try await first.killNine()
            if step == .krOnTheLine { server?.program.signal(SIGCONT) }
            if server == nil { server = try site.lockServer(way) }
            let second = try site.bridge()
            if step == .kept {
                try await eventually("the second run") { try await second.status().queue.undeliveredReports >= 1 }
                try await sandbox.mend()
            }
            let end = try await sandbox.outcome(of: command, within: .seconds(60))
            #expect(end.state == (step.isInDoubt ? "Error" : "Processed"), "\(end)")
            if step.isInDoubt {
                #expect(end.notes?.contains("check the card") == true, "\(end.notes ?? "")")
                let found = try await second.web.get("/v1/jobs?room=101", as: Jobs.self).jobs
                #expect(found.map(\.fault?.card) == ["unknown"])
                #expect(found.map(\.fault?.code) == ["interrupted"])
            }
            // The next guest gets a key once nobody waits for the first answer any more (3 s); a card of the first order would be there by then.
            let next = try await sandbox.outcome(of: try await sandbox.cut("1003"), within: .seconds(60))
            #expect(next.state == "Processed", "\(next)")
            try await eventually("an empty outbox") { try await second.status().queue.undeliveredReports == 0 }
            #expect(try await sandbox.commands().map(\.endings) == [1, 1])
            let orders = server?.program.output.matches(of: /order KR for 101/).count ?? 0
            let cards = try server?.cards().count { $0.hasPrefix("KR N 101") } ?? 0
            switch step {
            // It was on the line or it was not: the kernel says nothing of that.
            case .krOnTheLine: #expect(orders <= 1 && cards == orders)
            case .beforeKR, .krTaken, .kaOnTheLine, .kept: #expect(orders == 1 && cards == 1)
            }
        }
    }

    private struct Jobs: Decodable { let jobs: [JobView] }

    private func reach(
        _ step: Step, _ command: String, _ sandbox: SandboxProcess, _ bridge: BridgeProcess, _ server: LockServerProcess?
    ) async throws {
        func taken() async throws {
            try await eventually("KR at the lock server") { server?.program.output.contains("order KR for 101") == true }
        }
        switch step {
        case .beforeKR: try await sandbox.reached("Received", command)
        case .krOnTheLine: try await sandbox.reached("Processing", command)
        case .krTaken: try await taken()
        case .kaOnTheLine:
            try await taken()
            bridge.program.signal(SIGSTOP)
            try await eventually("the card") { try server?.cards().isEmpty == false }
        case .kept:
            try await taken()
            try await sandbox.fault(["away": true])
            try await eventually("the job to end") { try await bridge.status().queue.unfinishedJobs == 0 }
        }
    }
}
