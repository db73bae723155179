// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Lines of the trail. The first one of each job, of the acceptance, is in the job's row.
enum TrailRow {
    /// - Returns: the line's place in the history.
    @discardableResult
    static func insert(_ db: Database, _ head: HistoryHead, job: Int64, id: String, at: Date, state: String, note: String) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "INSERT INTO trail (seq, job, at, state, note, seal) VALUES (?, ?, ?, ?, ?, ?)")
        let mark = head.add(job: id, at: at.milliseconds, state: state, note: note)
        try statement.execute(arguments: [mark.place, job, at.milliseconds, state, note, Data(mark.seal.bytes)])
        return mark.place
    }

    static func all(_ db: Database, of id: JobID) throws -> [TrailEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT accepted_seq AS seq, accepted_at AS at, accepted_state AS state, accepted_note AS note FROM jobs WHERE id = ?1
                UNION ALL SELECT seq, at, state, note FROM trail WHERE job = (SELECT place FROM jobs WHERE id = ?1) ORDER BY seq
                """)
        return try Row.fetchAll(statement, arguments: [id.text]).map { try entry($0, of: id) }
    }

    /// Lines of all jobs behind a place, with the place of each job.
    static func after(_ db: Database, _ place: Int64, limit: Int) throws -> [(seq: Int64, job: Int64, entry: Row)] {
        // Places of acceptances grow with the jobs' own, so the first job behind is found by halving, and no index is kept for it.
        let first = try JobRow.firstPlace(db, acceptedAfter: place)
        let statement = try db.cachedStatement(
            sql: """
                SELECT * FROM (
                  SELECT * FROM (SELECT accepted_seq AS seq, place AS job, id, accepted_at AS at, accepted_state AS state,
                  accepted_note AS note FROM jobs WHERE place >= ?1 ORDER BY place LIMIT ?3)
                  UNION ALL
                  SELECT * FROM (SELECT trail.seq, trail.job, jobs.id, trail.at, trail.state, trail.note FROM trail
                  JOIN jobs ON jobs.place = trail.job WHERE trail.seq > ?2 ORDER BY trail.seq LIMIT ?3)
                ) ORDER BY seq LIMIT ?3
                """)
        return try Row.fetchAll(statement, arguments: [first, place, max(0, limit)]).map {
            ($0.number("seq") ?? 0, $0.number("job") ?? 0, $0)
        }
    }

    static func entry(_ row: Row, of id: JobID) throws -> TrailEntry {
        guard let known = row.text("state").flatMap(JobState.init(rawValue:)), let at = row.number("at"), let note = row.text("note") else {
            throw JournalFault("the trail of job \(id) has a line that cannot be read: `encoder-bridge journal verify` says more", .row)
        }
        return TrailEntry(at: Date(milliseconds: at), state: known, note: note)
    }
}
