// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// A journal that is only looked at, from another process than the bridge's: whether a bridge has it open or not, nothing of it is changed.
public final class JournalReader: Sendable {
    private let database: DatabaseQueue
    private let path: String

    public init(path: String) throws(JournalFault) {
        guard access(path, F_OK) == 0 else {
            throw JournalFault("there is no journal at \(path): `journal.path` in the configuration says where it is", .request)
        }
        guard access(path, R_OK) == 0 else {
            throw JournalFault("the journal \(path) is for the bridge's user only: use `sudo`, or `sudo -u encoder-bridge`", .readOnly)
        }
        self.path = path
        database = try JournalDatabase.reading(path)
        try look { db in
            guard try db.tableExists("removed") else {
                throw JournalFault("\(path) is of an older encoder-bridge: start this one on it once, that brings it up to date", .request)
            }
        }
    }

    private func look<Value>(_ work: (Database) throws -> Value) throws(JournalFault) -> Value {
        do { return try database.read(work) } catch { throw JournalFault(error, path: path) }
    }

    public func jobs(_ filter: JobFilter, limit: Int, before: JobID? = nil) throws(JournalFault) -> [Job] {
        try look { try JobSearch.jobs($0, filter, limit: limit, before: before) }
    }

    public func job(_ id: JobID) throws(JournalFault) -> Job? { try look { try JobRow.find($0, id: id) } }

    /// Jobs whose id begins like this.
    public func jobs(idBeginning beginning: String, limit: Int) throws(JournalFault) -> [Job] {
        try look { db in
            let sql = "SELECT * FROM jobs WHERE id >= ?1 AND id < ?1 || char(1114111) ORDER BY id LIMIT ?2"
            return try Row.fetchAll(db, sql: sql, arguments: [beginning, limit]).map(JobRow.job)
        }
    }

    public func trail(of id: JobID) throws(JournalFault) -> [TrailEntry] { try look { try TrailRow.all($0, of: id) } }

    public func fact(_ fact: Fact) throws(JournalFault) -> String? { try look { try FactRow.value($0, fact) } }

    public func verify() throws(JournalFault) -> JournalReport { try look { [path] in try JournalVerification.report($0, path: path) } }

    /// A whole copy as it is at one moment; `target` must not be there yet.
    public func backup(to target: String) throws(JournalFault) { try look { [path] in try JournalCopy.write($0, of: path, to: target) } }

    /// Every job with its trail, oldest first, without guests' names and card content. Rows that cannot be read are given as a sentence.
    public func forEachJob(_ body: (Result<(job: Job, trail: [TrailEntry]), JournalFault>) throws -> Void) throws(JournalFault) {
        try look { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM jobs ORDER BY place")
            while let row = try rows.next() {
                let found: Result<(job: Job, trail: [TrailEntry]), JournalFault>
                do {
                    var job = try JobRow.job(row)
                    job.order = job.order.scrubbed()
                    found = .success((job, try TrailRow.all(db, of: job.id)))
                } catch let fault as JournalFault where fault.trouble == .row {
                    found = .failure(fault)
                }
                try body(found)
            }
        }
    }
}
