// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Jobs and their trails.
extension SQLiteJournal {
    public func accept(_ job: Job, note: String, reports: [Report]) async throws(JournalFault) -> Acceptance {
        let row = try JobRow(job)
        let line = TrailEntry(at: now(), state: job.state, note: note)
        let (head, age) = (head, BootTime.now())
        return try await change { db in
            guard try row.insert(db, head, line, age) != nil else {
                // The unique pair of origin and external id is taken: give the job that took it.
                if let externalID = job.externalID, let known = try JobRow.find(db, origin: job.origin, externalID: externalID) {
                    return .known(known)
                }
                throw JournalFault("job \(job.id) is in the journal already under another order: use a new id", .request)
            }
            for report in reports { try OutboxRow.insert(db, report) }
            return .accepted(job)
        }
    }

    public func record(_ job: Job, trail: TrailEntry, reports: [Report]) async throws(JournalFault) -> Int64? {
        let row = try JobRow(job)
        let head = head
        return try await change { db in
            guard let place = try row.updateUnlessFinal(db) else {
                guard try JobRow.place(db, of: job.id) != nil else { throw JournalFault.unknownJob(job.id) }
                return nil
            }
            let seq = try TrailRow.insert(
                db, head, job: place, id: job.id.text, at: trail.at, state: trail.state.rawValue, note: trail.note)
            for report in reports { try OutboxRow.insert(db, report) }
            return seq
        }
    }

    public func note(_ id: JobID, _ entry: TrailEntry) async throws(JournalFault) {
        let head = head
        try await change { db in
            guard let place = try JobRow.place(db, of: id) else { throw JournalFault.unknownJob(id) }
            try TrailRow.insert(db, head, job: place, id: id.text, at: entry.at, state: entry.state.rawValue, note: entry.note)
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
        let condition = condition
        return try await read { db in
            try JobRow.unfinished(db, from: FactRow.firstUnfinished(db)).compactMap { row in
                do {
                    return try JobRow.job(row)
                } catch let fault as JournalFault where fault.trouble == .row {
                    condition.unreadable(row.text("id") ?? "number \(row.number("place") ?? 0)", fault.description)
                    return nil
                }
            }
        }
    }

    public func lifeLeft(of id: JobID) async throws(JournalFault) -> Duration? {
        let (now, boot) = (now().milliseconds, BootTime.now())
        return try await read { db in
            let sql = "SELECT expires_at, accepted_at, boot, boot_ms FROM jobs WHERE id = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [id.text]) else { throw JournalFault.unknownJob(id) }
            guard let expires = row.number("expires_at"), let accepted = row.number("accepted_at") else { return nil }
            let age: Int64
            if let boot, let then = row.number("boot_ms"), row.text("boot") == boot.boot {
                age = boot.milliseconds - then
            } else {
                // The machine was off for a time that only the wall clock can tell; one that went backwards tells nothing.
                age = now < accepted ? .max : now - accepted
            }
            let (life, hasNoEnd) = expires.subtractingReportingOverflow(accepted)
            if hasNoEnd { return expires < accepted ? .zero : nil }
            let (left, isOver) = life.subtractingReportingOverflow(age)
            return isOver ? .zero : .milliseconds(max(0, left))
        }
    }
}
