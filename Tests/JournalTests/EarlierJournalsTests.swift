// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Testing

@testable import Journal

/// Journals as earlier versions of the bridge wrote and left them (Journals/README.md), taken over by this one: what an upgrade does.
struct EarlierJournalsTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Journals")
    private static let schemas = JournalSchema.migrator().migrations

    let folder: Folder
    init() throws { folder = try Folder() }

    /// Puts the journal of the schema with so many migrations in place.
    private func place(_ count: Int) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent("\(count).sql"), encoding: .utf8)
        let database = try DatabaseQueue(path: folder.journal)
        try database.writeWithoutTransaction { try $0.execute(sql: text) }
        #expect(try database.read { try JournalSchema.migrator().appliedMigrations($0) } == Array(Self.schemas.prefix(count)))
        try database.close()
    }

    private static func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT name || COALESCE(sql, '') FROM sqlite_master ORDER BY name")
    }

    @Test func everySchema_thatHasShipped_hasAJournal() {
        for count in 1..<Self.schemas.count {
            #expect(
                FileManager.default.fileExists(atPath: Self.folder.appendingPathComponent("\(count).sql").path),
                "a journal as the version before '\(Self.schemas[count])' wrote it (Journals/README.md)")
        }
    }

    @Test(arguments: 1..<schemas.count) func journal_isTakenOver_withJobsTrailsReportsAndFacts(_ count: Int) async throws {
        try place(count)
        let journal = try SQLiteJournal(path: folder.journal)
        #expect(await journal.healthProblems().isEmpty)
        let jobs = try await journal.jobs(limit: 10)
        #expect(jobs.map(\.id.text) == ["waiting", "failed", "done"] && jobs.map(\.state) == [.queued, .failed, .done])
        #expect(jobs[2].receipts.map(\.serial) == ["04A1B200000001"] && jobs[2].order.guestName == nil)
        #expect(jobs[1].fault?.kind == .noCard && jobs[1].order.lockIds == ["102", "Pool"])
        // The one that is still to be made, as it was ordered.
        let waiting = try #require(try await journal.unfinished().first)
        #expect(waiting.id == "waiting" && waiting.order.guestName == "Ada Example" && waiting.order.lockIds == ["103", "Pool"])
        #expect(try await journal.trail(of: "done").map(\.state) == [.queued, .queued, .writing, .done])
        #expect(
            try await journal.trail(of: "done").map(\.note) == [
                "ordered by mews", "reported to mews: received", "order sent", "1 of 1 keys",
            ])
        let reports = try await journal.pendingReports(of: .mews, limit: 10)
        #expect(reports.map(\.kind) == [.processing, .processed, .received] && reports.map(\.jobID) == ["done", "done", "waiting"])
        #expect(try await journal.fact(.timeZone) == "Europe/Prague")
        #expect(try await journal.verify().isSound)
        try journal.close()
    }

    @Test(arguments: 1..<schemas.count) func work_goesOn_inAJournalThatWasTakenOver(_ count: Int) async throws {
        try place(count)
        let journal = try SQLiteJournal(path: folder.journal)
        // An order of before that comes again makes no second key; its reports go on being counted.
        let again = Sample.job(externalID: "command-2", origin: .mews)
        let waiting = try #require(try await journal.job("waiting"))
        #expect(try await journal.accept(again, note: "accepted", reports: []) == .known(waiting))
        for report in try await journal.pendingReports(of: .mews, limit: 10) { try await journal.delivered(report.sequence) }
        var new = Sample.job(externalID: "command-3", origin: .mews)
        _ = try await journal.accept(new, note: "accepted", reports: [Sample.report(new, .received)])
        new.state = .done
        new.finishedAt = Sample.start
        _ = try await journal.record(new, trail: Sample.line(.done, "cut"), reports: [])
        #expect(try await journal.keys(ofRoom: "101", limit: 10).count == 2)
        try journal.close()
        let later = try SQLiteJournal(path: folder.journal)
        #expect(await later.healthProblems().isEmpty)
        #expect(try await later.verify().isSound)
        #expect(try await later.jobs(limit: 10).count == 4)
        let fresh = try Folder()
        let empty = try SQLiteJournal(path: fresh.journal)
        let tables = try await empty.read(Self.tables)
        #expect(try await later.read(Self.tables) == tables)
        try empty.close()
        try later.close()
    }
}
