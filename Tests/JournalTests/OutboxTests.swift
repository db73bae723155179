// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Journal
import Testing

@Suite struct OutboxTests {
    let folder: Folder
    let journal: SQLiteJournal

    init() throws {
        folder = try Folder()
        journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
    }

    @Test func pendingReports_comeInTheOrderInWhichTheyWereKept() async throws {
        var jobs = (0..<3).map { Sample.job(externalID: "command-\($0)", origin: .mews) }
        for job in jobs { _ = try await journal.accept(job, note: "accepted", reports: [Sample.report(job, .received)]) }
        for index in jobs.indices.reversed() {
            jobs[index].state = .done
            let reports = [
                Sample.report(jobs[index], .processing, progress: 0.5), Sample.report(jobs[index], .processed, text: "Key cut."),
            ]
            _ = try await journal.record(jobs[index], trail: Sample.line(.done, "cut"), reports: reports)
        }
        let pending = try await journal.pendingReports(of: .mews, limit: 100)
        let words = pending.map { "\($0.externalID) \($0.kind)" }
        #expect(
            words == [
                "command-0 received", "command-1 received", "command-2 received", "command-2 processing", "command-2 processed",
                "command-1 processing", "command-1 processed", "command-0 processing", "command-0 processed",
            ])
        #expect(pending.map(\.sequence) == pending.map(\.sequence).sorted())
        #expect(Set(pending.map(\.sequence)).count == 9)
        #expect(pending[3].progress == 0.5 && pending[4].text == "Key cut." && pending[4].jobID == jobs[2].id)
        #expect(try await journal.pendingReports(of: .mews, limit: 2) == Array(pending.prefix(2)))
        #expect(try await journal.pendingReports(of: .mews, limit: -1) == [])
    }

    @Test func pendingReports_areThoseOfOneConnector() async throws {
        let job = Sample.job(externalID: "1", origin: .mews)
        _ = try await journal.accept(job, note: "accepted", reports: [Sample.report(job, .received)])
        #expect(try await journal.pendingReports(of: JobOrigin("another"), limit: 10) == [])
        #expect(try await journal.outboxDepth() == 1)
    }

    @Test func delivered_takesTheReportOut_andLeavesALineInTheTrail() async throws {
        let job = Sample.job(externalID: "1", origin: .mews)
        let reports = [Sample.report(job, .received), Sample.report(job, .processing)]
        _ = try await journal.accept(job, note: "accepted", reports: reports)
        let first = try #require(try await journal.pendingReports(of: .mews, limit: 1).first)
        try await journal.delivered(first.sequence)
        try await journal.delivered(first.sequence)
        #expect(try await journal.pendingReports(of: .mews, limit: 10).map(\.kind) == [.processing])
        #expect(try await journal.trail(of: job.id).map(\.note) == ["accepted", "reported to mews: received"])
    }

    @Test func sequence_isNeverGivenTwice_whenTheOutboxWasEmptied() async throws {
        let first = Sample.job(externalID: "1", origin: .mews)
        _ = try await journal.accept(first, note: "accepted", reports: [Sample.report(first, .received)])
        let gone = try #require(try await journal.pendingReports(of: .mews, limit: 1).first)
        try await journal.delivered(gone.sequence)
        try journal.close()
        let reopened = try SQLiteJournal(path: folder.journal)
        let second = Sample.job(externalID: "2", origin: .mews)
        _ = try await reopened.accept(second, note: "accepted", reports: [Sample.report(second, .received)])
        try await reopened.delivered(gone.sequence)
        let waiting = try await reopened.pendingReports(of: .mews, limit: 10)
        #expect(waiting.map(\.jobID) == [second.id])
        #expect(waiting.allSatisfy { $0.sequence > gone.sequence })
    }

    @Test func facts_areReplaced_andSurvive() async throws {
        #expect(try await journal.fact(.sequence(EncoderName("timeZone"))) == nil)
        try await journal.setFact(.sequence(EncoderName("timeZone")), "Europe/Prague")
        try await journal.setFact(.sequence(EncoderName("timeZone")), "Europe/Vienna")
        try journal.close()
        #expect(try await SQLiteJournal(path: folder.journal).fact(.sequence(EncoderName("timeZone"))) == "Europe/Vienna")
    }

    @Test func prune_removesOldFinishedJobs_andNothingElse() async throws {
        let day: TimeInterval = 86_400
        func ended(_ id: JobID, daysAgo: Double, _ origin: JobOrigin = .local) -> Job {
            var job = Sample.job(id, externalID: id.text, origin: origin, state: .done)
            job.finishedAt = Sample.start.addingTimeInterval(-daysAgo * day)
            return job
        }
        let unreported = ended("unreported", daysAgo: 500, .mews)
        for job in [ended("old", daysAgo: 500), ended("fresh", daysAgo: 10), ended("middle", daysAgo: 100)] {
            _ = try await journal.accept(job, note: "accepted", reports: [])
        }
        _ = try await journal.accept(unreported, note: "accepted", reports: [Sample.report(unreported, .processed)])
        let waiting = Sample.job("waiting", createdAt: Sample.start.addingTimeInterval(-600 * day))
        _ = try await journal.accept(waiting, note: "accepted", reports: [])

        #expect(try await journal.prune(finishedBefore: Sample.start.addingTimeInterval(-400 * day)) == 1)
        #expect(try await journal.job("old") == nil)
        #expect(try await journal.trail(of: "old") == [])
        #expect(try await journal.jobs(limit: 10).map(\.id) == ["waiting", "unreported", "middle", "fresh"])
        // Asked to forget everything, it still knows the last month.
        #expect(try await journal.prune(finishedBefore: .distantFuture) == 1)
        #expect(try await journal.jobs(limit: 10).map(\.id) == ["waiting", "unreported", "fresh"])
        let again = try await journal.accept(ended("second", daysAgo: 0), note: "accepted", reports: [])
        #expect(again != .known(ended("second", daysAgo: 0)))
    }
}
