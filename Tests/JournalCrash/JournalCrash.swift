// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Journal

/// Keeps jobs in the journal given as first argument, from several tasks at once, and prints a line after each change that
/// the journal acknowledged, until it is killed: `accepted ID` and `recorded ID STATE`.
@main
struct JournalCrash {
    static func main() async throws {
        guard CommandLine.arguments.count == 3, let clients = Int(CommandLine.arguments[2]) else {
            say("usage: journal-crash PATH CLIENTS")
            exit(64)
        }
        let journal = try SQLiteJournal(path: CommandLine.arguments[1])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients { group.addTask { try await writeForEver(journal) } }
            try await group.waitForAll()
        }
    }

    @concurrent
    static func writeForEver(_ journal: SQLiteJournal) async throws {
        while true {
            let id = JobID.random()
            let order = KeyOrder(
                lockIds: ["101"], validFrom: Date(), validUntil: Date().addingTimeInterval(86_400), guestName: "Ada Example")
            var job = Job(
                id: id, encoder: "front-desk", order: order, origin: .mews, externalID: "command-\(id)", createdAt: Date())
            _ = try await journal.accept(job, note: "accepted", reports: [report(job, .received)])
            say("accepted \(id)")
            for state in [JobState.writing, .done] {
                job.state = state
                let line = TrailEntry(at: Date(), state: state, note: "went on")
                if try await journal.record(job, trail: line, reports: state == .done ? [report(job, .processed)] : []) != nil {
                    say("recorded \(id) \(state)")
                }
            }
        }
    }

    static func report(_ job: Job, _ kind: Report.Kind) -> Report {
        Report(jobID: job.id, origin: job.origin, externalID: job.externalID ?? "", kind: kind)
    }

    /// One write for one line, with no buffer of the process in between that would die with it.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }
}
