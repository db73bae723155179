// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Jobs and their trails.
extension SQLiteJournal {
    public func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance {
        let row = try JobRow(job)
        let line = TrailEntry(at: now(), state: job.state, note: note)
        return try await change { db in
            guard try row.insert(db, line) != nil else {
                // The unique pair of origin and external id is taken: give the job that took it.
                if let externalID = job.externalID, let known = try JobRow.find(db, origin: job.origin, externalID: externalID) {
                    return .known(known)
                }
                throw JournalFault("job \(job.id) is in the journal already under another order: use a new id")
            }
            for report in reports { try OutboxRow.insert(db, report) }
            return .accepted(job)
        }
    }

    public func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Bool {
        let row = try JobRow(job)
        return try await change { db in
            guard let place = try row.updateUnlessFinal(db) else {
                guard try JobRow.place(db, of: job.id) != nil else { throw JournalFault.unknownJob(job.id) }
                return false
            }
            try TrailRow.insert(db, job: place, trail)
            for report in reports { try OutboxRow.insert(db, report) }
            return true
        }
    }

    public func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault) {
        try await change { db in
            guard let place = try JobRow.place(db, of: id) else { throw JournalFault.unknownJob(id) }
            try TrailRow.insert(db, job: place, entry)
        }
    }

    public func job(_ id: JobID) async throws(JournalFault) -> Job? {
        try await read { try JobRow.find($0, id: id) }
    }

    public func job(origin: JobOrigin, externalID: String) async throws(JournalFault) -> Job? {
        try await read { try JobRow.find($0, origin: origin, externalID: externalID) }
    }

    /// Jobs that have not ended, in the order in which they were accepted (whatever `createdAt` says, that clock is another's).
    public func unfinished() async throws(JournalFault) -> [Job] {
        try await read { try JobRow.unfinished($0) }
    }

    /// Jobs from the newest accepted one backwards, at most `limit`; `before` goes on behind the last one of the page before.
    public func jobs(limit: Int, before: JobID? = nil) async throws(JournalFault) -> [Job] {
        try await read { try JobRow.newest($0, limit: limit, before: before) }
    }

    public func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] {
        try await read { try TrailRow.all($0, of: id) }
    }
}
