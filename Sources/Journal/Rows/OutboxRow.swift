// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Reports that wait for delivery.
enum OutboxRow {
    /// What is left of a report that was delivered.
    struct Removed {
        var job: Int64
        var jobID: String
        var jobState: String
        var origin: String
        var kind: String
    }

    static func insert(_ db: Database, _ report: Report) throws {
        guard let place = try JobRow.place(db, of: report.jobID) else { throw JournalFault.unknownJob(report.jobID) }
        try db.cachedStatement(
            sql: "INSERT INTO outbox (job, origin, external_id, kind, progress, text) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [place, report.origin.name, report.externalID, report.kind.rawValue, report.progress, report.text])
    }

    static func pending(_ db: Database, of origin: JobOrigin, after sequence: Int64, limit: Int) throws -> [Report] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT outbox.*, jobs.id AS job_id FROM outbox JOIN jobs ON jobs.place = outbox.job
                WHERE outbox.origin = ? AND outbox.sequence > ? ORDER BY outbox.sequence LIMIT ?
                """)
        // A row that cannot be read stays where it is and holds up nobody else's report.
        return try Row.fetchAll(statement, arguments: [origin.name, sequence, max(0, limit)]).compactMap { row in
            guard let kind = row.text("kind"), let known = Report.Kind(rawValue: kind), let id = row.text("job_id"),
                let externalID = row.text("external_id"), let place = row.number("sequence")
            else { return nil }
            return Report(
                sequence: place, jobID: JobID(id), origin: origin, externalID: externalID, kind: known,
                progress: Double.fromDatabaseValue(row["progress"] as DatabaseValue), text: row.text("text"))
        }
    }

    static func oldest(_ db: Database) throws -> Date? {
        let row = try Row.fetchOne(
            db, sql: "SELECT MIN(jobs.accepted_at) AS accepted_at FROM outbox JOIN jobs ON jobs.place = outbox.job")
        return row?.number("accepted_at").map { Date(milliseconds: $0) }
    }

    /// `nil` if no such report waits.
    static func remove(_ db: Database, _ sequence: Int64) throws -> Removed? {
        let select = try db.cachedStatement(
            sql: """
                SELECT outbox.job, jobs.id, jobs.state, outbox.origin, outbox.kind FROM outbox JOIN jobs ON jobs.place = outbox.job
                WHERE outbox.sequence = ?
                """)
        guard let row = try Row.fetchOne(select, arguments: [sequence]) else { return nil }
        try db.cachedStatement(sql: "DELETE FROM outbox WHERE sequence = ?").execute(arguments: [sequence])
        return Removed(
            job: row.number("job") ?? 0, jobID: row.text("id") ?? "", jobState: row.text("state") ?? "", origin: row.text("origin") ?? "",
            kind: row.text("kind") ?? "")
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM outbox")) ?? 0
    }
}
