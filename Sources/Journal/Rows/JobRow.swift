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
    func insert(_ db: Database, _ line: TrailEntry) throws -> Int64? {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO jobs (id, encoder, origin, external_id, state, final, order_json, receipts_json, remarks_json, fault_json,
                created_at, expires_at, finished_at, accepted_at, accepted_state, accepted_note)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        try statement.execute(arguments: [
            job.id.text, job.encoder.text, job.origin.name, job.externalID, job.state.rawValue, job.state.isFinal, order, receipts,
            remarks, fault, job.createdAt.milliseconds, job.expiresAt?.milliseconds, job.finishedAt?.milliseconds,
            line.at.milliseconds, line.state.rawValue, line.note,
        ])
        return db.changesCount == 0 ? nil : db.lastInsertedRowID
    }

    /// Its place; `nil` if there is no such job or the kept one has ended.
    func updateUnlessFinal(_ db: Database) throws -> Int64? {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE jobs SET encoder = ?, state = ?, final = ?, order_json = ?, receipts_json = ?, remarks_json = ?, fault_json = ?,
                expires_at = ?, finished_at = ? WHERE id = ? AND final = 0 RETURNING place
                """)
        return try Int64.fetchOne(
            statement,
            arguments: [
                job.encoder.text, job.state.rawValue, job.state.isFinal, order, receipts, remarks, fault, job.expiresAt?.milliseconds,
                job.finishedAt?.milliseconds, job.id.text,
            ])
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

    static func unfinished(_ db: Database) throws -> [Job] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM jobs WHERE final = 0 ORDER BY place")).map(job)
    }

    static func newest(_ db: Database, limit: Int, before: JobID?) throws -> [Job] {
        let edge = try before.map { try place(db, of: $0) ?? 0 } ?? .max
        return try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM jobs WHERE place < ? ORDER BY place DESC LIMIT ?"), arguments: [edge, max(0, limit)]
        ).map(job)
    }

    static func job(_ row: Row) throws -> Job {
        let state: String = row["state"]
        guard let known = JobState(rawValue: state) else {
            throw JournalFault("the journal has a job in the unknown state '\(state)': install the newer encoder-bridge that wrote it")
        }
        let fault: String? = row["fault_json"]
        return Job(
            id: JobID(row["id"]), encoder: EncoderName(row["encoder"]), order: try ColumnJSON.value(row["order_json"]),
            origin: JobOrigin(row["origin"]), externalID: row["external_id"], state: known,
            receipts: try ColumnJSON.value(row["receipts_json"]), fault: try fault.map { try ColumnJSON.value($0) },
            remarks: try ColumnJSON.value(row["remarks_json"]), createdAt: Date(milliseconds: row["created_at"]),
            expiresAt: (row["expires_at"] as Int64?).map(Date.init(milliseconds:)),
            finishedAt: (row["finished_at"] as Int64?).map(Date.init(milliseconds:)))
    }
}
