// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// A job as columns. Made outside the transaction, so that writing JSON holds up nobody else's commit.
struct JobRow: Sendable {
    private let job: Job
    private let order: String
    private let receipts: String
    private let remarks: String
    private let fault: String?

    /// A job that has ended is kept without guest data and card content.
    init(_ job: Job) throws(JournalFault) {
        self.job = job
        order = try ColumnJSON.text(job.state.isFinal ? job.order.scrubbed() : job.order)
        receipts = try job.receipts.isEmpty ? "[]" : ColumnJSON.text(job.receipts)
        remarks = try job.remarks.isEmpty ? "[]" : ColumnJSON.text(job.remarks)
        if let fault = job.fault { self.fault = try ColumnJSON.text(fault) } else { fault = nil }
    }

    /// Its place in the order of acceptance; `nil` if its id, or its origin and external id, are taken. `line` begins its trail.
    func insert(_ db: Database, _ head: HistoryHead, _ line: TrailEntry, _ age: BootTime?) throws -> Int64? {
        let before = head.current
        let mark = head.add(
            job: job.id.text, at: line.at.milliseconds, state: line.state.rawValue, note: line.note,
            acceptance: HistoryLine.Acceptance(
                encoder: job.encoder.text, origin: job.origin.name, externalID: job.externalID, createdAt: job.createdAt.milliseconds))
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO jobs (id, encoder, origin, external_id, state, final, order_json, receipts_json, remarks_json, fault_json,
                created_at, expires_at, finished_at, accepted_at, accepted_state, accepted_note, accepted_seq, accepted_seal, row_check,
                boot, boot_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        try statement.execute(arguments: [
            job.id.text, job.encoder.text, job.origin.name, job.externalID, job.state.rawValue, job.state.isFinal, order, receipts,
            remarks, fault, job.createdAt.milliseconds, job.expiresAt?.milliseconds, job.finishedAt?.milliseconds,
            line.at.milliseconds, line.state.rawValue, line.note, mark.place, Data(mark.seal.bytes), check, age?.boot, age?.milliseconds,
        ])
        if db.changesCount > 0 { return db.lastInsertedRowID }
        head.setBack(to: before)
        return nil
    }

    /// Its place; `nil` if there is no such job or the kept one has ended.
    func updateUnlessFinal(_ db: Database) throws -> Int64? {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE jobs SET encoder = ?, state = ?, final = ?, order_json = ?, receipts_json = ?, remarks_json = ?, fault_json = ?,
                expires_at = ?, finished_at = ?, row_check = ? WHERE id = ? AND final = 0 RETURNING place
                """)
        return try Int64.fetchOne(
            statement,
            arguments: [
                job.encoder.text, job.state.rawValue, job.state.isFinal, order, receipts, remarks, fault, job.expiresAt?.milliseconds,
                job.finishedAt?.milliseconds, check, job.id.text,
            ])
    }

    private var check: Int64 {
        RowCheck.number([
            job.id.text, job.encoder.text, job.origin.name, job.externalID, job.state.rawValue, order, receipts, remarks, fault,
            String(job.createdAt.milliseconds), (job.expiresAt?.milliseconds).map(String.init),
            (job.finishedAt?.milliseconds).map(String.init),
        ])
    }

    /// The number that belongs to a row as it stands in the file.
    static func check(of row: Row) -> Int64 {
        let times = ["created_at", "expires_at", "finished_at"].map { row.number($0).map(String.init) }
        let texts = [
            "id", "encoder", "origin", "external_id", "state", "order_json", "receipts_json", "remarks_json", "fault_json",
        ].map { row.text($0) }
        return RowCheck.number(texts + times)
    }

    static func place(_ db: Database, of id: JobID) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT place FROM jobs WHERE id = ?"), arguments: [id.text])
    }
}

/// Jobs read back.
extension JobRow {
    static func find(_ db: Database, id: JobID) throws -> Job? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM jobs WHERE id = ?"), arguments: [id.text]).map(job)
    }

    static func find(_ db: Database, origin: JobOrigin, externalID: String) throws -> Job? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM jobs WHERE origin = ? AND external_id = ?"), arguments: [origin.name, externalID]
        ).map(job)
    }

    static func find(_ db: Database, place: Int64) throws -> Job? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM jobs WHERE place = ?"), arguments: [place]).map(job)
    }

    /// - Parameter start: a place before which every job has ended.
    static func unfinished(_ db: Database, from start: Int64) throws -> [Row] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM jobs WHERE place >= ? AND final = 0 ORDER BY place"), arguments: [start])
    }

    /// The newest job's; 0 without jobs.
    static func lastPlace(_ db: Database) throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT MAX(place) FROM jobs") ?? 0 }

    /// The first job whose acceptance stands behind a place of the history.
    static func firstPlace(_ db: Database, acceptedAfter seq: Int64) throws -> Int64 {
        var low = try Int64.fetchOne(db, sql: "SELECT MIN(place) FROM jobs") ?? 1
        var high = try lastPlace(db) + 1
        let probe = try db.cachedStatement(sql: "SELECT accepted_seq FROM jobs WHERE place >= ? ORDER BY place LIMIT 1")
        while low < high {
            let middle = low + (high - low) / 2
            let found = try Int64.fetchOne(probe, arguments: [middle]) ?? .max
            if found > seq { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Throws ``JournalFault`` with ``JournalFault/Trouble/row``, which names the job, where the row makes no sense.
    static func job(_ row: Row) throws -> Job {
        let id = row.text("id") ?? "number \(row.number("place") ?? 0)"
        func unreadable(_ why: String) -> JournalFault {
            JournalFault(
                "job \(id) stands in the journal in a form that cannot be read (\(why)): it is not cut and stays there; "
                    + "check the card it was for, and keep the journal for support", .row)
        }
        guard let text = row.text("state"), let state = JobState(rawValue: text) else {
            throw unreadable("unknown state '\(row.text("state") ?? "")'")
        }
        guard check(of: row) == row.number("row_check") else { throw unreadable("its check number is wrong") }
        guard let encoder = row.text("encoder"), let origin = row.text("origin"),
            let order = row.text("order_json"), let receipts = row.text("receipts_json"),
            let remarks = row.text("remarks_json"), let created = row.number("created_at")
        else { throw unreadable("a column is of another type") }
        do throws(JournalFault) {
            return Job(
                id: JobID(id), encoder: EncoderName(encoder), order: try ColumnJSON.value(order), origin: JobOrigin(origin),
                externalID: row.text("external_id"), state: state, receipts: try ColumnJSON.value(receipts),
                fault: try fault(row), remarks: try ColumnJSON.value(remarks), createdAt: Date(milliseconds: created),
                expiresAt: row.number("expires_at").map(Date.init(milliseconds:)),
                finishedAt: row.number("finished_at").map(Date.init(milliseconds:)))
        } catch {
            throw unreadable(error.description)
        }
    }

    private static func fault(_ row: Row) throws(JournalFault) -> Fault? {
        guard let text = row.text("fault_json") else { return nil }
        return try ColumnJSON.value(text)
    }
}
