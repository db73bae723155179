// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct HistoryTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    /// Three jobs: done, failed, waiting.
    private func told(_ journal: SQLiteJournal) async throws -> [Job] {
        var jobs = (0..<3).map { Sample.job(JobID("job-\($0)"), externalID: "key-\($0)") }
        for job in jobs { _ = try await journal.accept(job, note: "accepted", reports: []) }
        for (index, state) in [(0, JobState.done), (1, .failed)] {
            jobs[index].state = .writing
            _ = try await journal.record(jobs[index], trail: Sample.line(.writing, "order sent"), reports: [])
            jobs[index].state = state
            jobs[index].finishedAt = Sample.start
            _ = try await journal.record(jobs[index], trail: Sample.line(state, "ended"), reports: [])
        }
        return jobs
    }

    @Test func trail_canOnlyGrow() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        _ = try await told(journal)
        let attempts = [
            "UPDATE trail SET note = 'nothing happened'", "DELETE FROM trail", "UPDATE jobs SET accepted_note = 'x'",
            "UPDATE jobs SET state = 'queued' WHERE final = 1", "DELETE FROM jobs WHERE final = 0",
            "INSERT INTO trail (seq, job, at, state, note, seal) VALUES (1, 1, 0, 'done', 'x', x'')",
        ]
        for sql in attempts {
            await #expect(throws: JournalFault.self, "\(sql)") { try await journal.change { try $0.execute(sql: sql) } }
        }
        #expect(try await journal.verify().isSound)
        // One change that was refused leaves no gap.
        try await journal.note("job-2", Sample.line(.queued, "still waits"))
        #expect(try await journal.verify().isSound)
    }

    @Test func verify_findsWhatWasChanged_byHand() async throws {
        let changes = [
            "DROP TRIGGER trail_is_not_rewritten; UPDATE trail SET note = 'nothing' WHERE seq = 5",
            "DROP TRIGGER trail_goes_with_its_job; DELETE FROM trail WHERE seq = 5",
            "DROP TRIGGER acceptance_is_not_rewritten; UPDATE jobs SET external_id = 'other' WHERE place = 2",
            "UPDATE jobs SET order_json = replace(order_json, '101', '102') WHERE place = 3",
        ]
        for change in changes {
            let folder = try Folder()
            let journal = try SQLiteJournal(path: folder.journal)
            _ = try await told(journal)
            #expect(try await journal.verify().isSound)
            try await journal.change { try $0.execute(sql: change) }
            let report = try await journal.verify()
            #expect(!report.isSound, "\(change)")
            #expect(!report.problems.isEmpty)
        }
    }

    @Test func history_staysSound_whenOldJobsAreRemoved() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start.addingTimeInterval(500 * 86_400) })
        _ = try await told(journal)
        #expect(try await journal.prune(finishedBefore: .distantFuture) == 2)
        #expect(try await journal.verify().isSound)
        try await journal.note("job-2", Sample.line(.queued, "still waits"))
        try journal.close()
        let again = try SQLiteJournal(path: folder.journal)
        try await again.note("job-2", Sample.line(.queued, "and waits"))
        let report = try await again.verify()
        #expect(report.isSound, "\(report.problems)")
        #expect(report.lines == 3)
        #expect(again.findings.isEmpty)
    }

    @Test func changes_areToldFromAPlaceOn_alsoAfterARestart() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        _ = try await told(journal)
        let all = try await journal.changes(after: 0, limit: 100)
        #expect(all.map(\.place) == Array(1...7))
        #expect(all.map(\.entry.state) == [.queued, .queued, .queued, .writing, .done, .writing, .failed])
        try journal.close()
        let again = try SQLiteJournal(path: folder.journal)
        #expect(try await again.changes(after: 3, limit: 2) == Array(all[3...4]))
        #expect(try await again.changes(after: 2, limit: 100) == Array(all[2...]))
        #expect(try await again.changes(after: 7, limit: 100).isEmpty)
    }

    @Test func lifeLeft_isCountedFromTheAcceptance() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let left = try #require(try await journal.lifeLeft(of: job.id))
        #expect(left > .seconds(280) && left <= .seconds(300))
        // A clock that was set does not matter on the same run of the machine.
        try journal.close()
        let later = try SQLiteJournal(path: folder.journal, time: .at { Sample.start.addingTimeInterval(-14 * 86_400) })
        #expect(try #require(try await later.lifeLeft(of: job.id)) > .seconds(200))
        // After the machine was off only the wall clock can tell, and one that went back tells nothing.
        try await later.change { try $0.execute(sql: "UPDATE jobs SET boot = 'another'") }
        #expect(try await later.lifeLeft(of: job.id) == .zero)
    }

    @Test func jobs_areFound_byRoomReservationEncoderStateAndDay() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        let jobs = try await told(journal)
        func found(_ filter: JobFilter) async throws -> [String] { try await journal.jobs(filter, limit: 10).map(\.id.text) }
        #expect(try await found(JobFilter(room: "101")) == ["job-2", "job-1", "job-0"])
        #expect(try await found(JobFilter(room: "10")) == [])
        #expect(try await found(JobFilter(room: "R-77")) == [])
        #expect(try await found(JobFilter(reservation: "R-77", state: .done)) == ["job-0"])
        #expect(try await found(JobFilter(encoder: "bar")) == [])
        #expect(try await found(JobFilter(from: Sample.start + 1)) == [])
        #expect(try await found(JobFilter(from: Sample.start, until: Sample.start + 1)).count == 3)
        #expect(try await journal.jobs(limit: 1, before: jobs[1].id).map(\.id) == [jobs[0].id])
    }

    @Test func backup_isWhole_whileOrdersComeIn_andIsRestored() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let jobs = try await told(journal)
        let copy = folder.path + "/backup.sqlite"
        async let more: Void = { for _ in 0..<20 { _ = try await journal.accept(Sample.job(), note: "more", reports: []) } }()
        try await journal.backup(to: copy)
        try await more
        await #expect(throws: JournalFault.self) { try await journal.backup(to: copy) }
        try journal.close()
        let other = try Folder()
        try JournalRestore.restore(copy, to: other.journal)
        let restored = try SQLiteJournal(path: other.journal)
        #expect(try await restored.job("job-0") == journalled(jobs[0]))
        #expect(try await restored.verify().isSound)
        #expect(restored.findings.isEmpty)
    }

    /// Advice about the journal in use would have a hotel begin an empty one because of a bad backup.
    @Test func damagedBackup_isNoReasonToTouchTheJournal() async throws {
        let garbage = folder.path + "/g.sqlite"
        try Data(repeating: 0x2A, count: 8192).write(to: URL(fileURLWithPath: garbage))
        for look in [{ _ = try JournalVerification.file(garbage) }, { _ = try JournalRestore.restore(garbage, to: folder.journal) }] {
            let fault = try #require(throws: JournalFault.self) { try look() }
            #expect(fault.description.hasPrefix("\(garbage) is damaged ("))
            #expect(fault.description.hasSuffix("nothing was changed; use an older backup"))
        }
        let inUse = try #require(throws: JournalFault.self) { try JournalVerification.file(garbage, isInUse: true) }
        #expect(inUse.description.contains("stop the bridge"))
    }

    private func journalled(_ job: Job) -> Job {
        var job = job
        job.order = job.order.scrubbed()
        return job
    }
}
