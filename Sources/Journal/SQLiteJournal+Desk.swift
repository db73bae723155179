// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// What the desk page asks of the journal.
extension SQLiteJournal {
    /// Jobs of one origin that ended since then, the newest first, at most `limit`.
    public func ended(of origin: JobOrigin, since: Date, limit: Int) async throws(JournalFault) -> [EndedJob] {
        try await read { try JobRow.ended($0, of: origin, since: since, limit: limit) }.compactMap { EndedJob($0) }
    }

    /// Done keys whose first room this is, the newest first, at most `limit`.
    public func keys(ofRoom room: String, limit: Int) async throws(JournalFault) -> [EndedJob] {
        let filter = JobFilter(room: room, state: .done)
        let jobs = try await read { try JobSearch.jobs($0, filter, limit: max(0, limit), before: nil) }
        return jobs.filter { $0.order.lockIds.first == room }.compactMap { EndedJob($0) }
    }

    /// The job that finished the card with this mark last, and what ended behind it.
    /// - Parameter mark: what stands for the card's serial number in the trail.
    public func history(ofMark mark: String) async throws(JournalFault) -> CardHistory? {
        let (order, later) = try await readWhole(within: .seconds(60)) { db -> (Job?, [Job]) in
            guard let (place, job) = try JobRow.last(db, withMark: mark) else { return (nil, []) }
            return (job, try JobRow.ended(db, behind: place))
        }
        guard let order = order.flatMap({ EndedJob($0) }) else { return nil }
        return CardHistory(order: order, later: later.compactMap { EndedJob($0) })
    }
}

extension JobRow {
    fileprivate static func ended(_ db: Database, of origin: JobOrigin, since: Date, limit: Int) throws -> [Job] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM jobs WHERE origin = ? AND final = 1 AND finished_at >= ? ORDER BY place DESC LIMIT ?",
            arguments: [origin.name, since.milliseconds, max(0, limit)]
        ).map(job)
    }

    /// A scan of the whole trail: asked by a person who holds a card, a few times a day.
    fileprivate static func last(_ db: Database, withMark mark: String) throws -> (place: Int64, job: Job)? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT jobs.* FROM jobs JOIN trail ON trail.job = jobs.place
                WHERE final = 1 AND instr(trail.note, '[card ') > 0 AND instr(trail.note, ?) > 0 ORDER BY jobs.place DESC LIMIT 1
                """,
            arguments: [mark])
        return try row.map { ($0.number("place") ?? 0, try job($0)) }
    }

    fileprivate static func ended(_ db: Database, behind place: Int64) throws -> [Job] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM jobs WHERE place > ? AND state = 'done' ORDER BY place LIMIT 5000", arguments: [place]
        ).map(job)
    }
}
