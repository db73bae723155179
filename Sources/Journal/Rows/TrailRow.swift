// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Lines of the trail, numbered within their job. The first one, of the acceptance, is in the job's row.
enum TrailRow {
    static func insert(_ db: Database, job: Int64, _ entry: TrailEntry) throws {
        try insert(db, job: job, at: entry.at, state: entry.state.rawValue, note: entry.note)
    }

    static func insert(_ db: Database, job: Int64, at: Date, state: String, note: String) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO trail (job, line, at, state, note)
                SELECT ?1, COALESCE(MAX(line), 0) + 1, ?2, ?3, ?4 FROM trail WHERE job = ?1
                """)
        try statement.execute(arguments: [job, at.milliseconds, state, note])
    }

    static func all(_ db: Database, of id: JobID) throws -> [TrailEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT 0 AS line, accepted_at AS at, accepted_state AS state, accepted_note AS note FROM jobs WHERE id = ?1
                UNION ALL SELECT line, at, state, note FROM trail WHERE job = (SELECT place FROM jobs WHERE id = ?1) ORDER BY line
                """)
        return try Row.fetchAll(statement, arguments: [id.text]).map { row in
            let state: String = row["state"]
            guard let known = JobState(rawValue: state) else {
                throw JournalFault("the trail of job \(id) has the unknown state '\(state)': install the encoder-bridge that wrote it")
            }
            return TrailEntry(at: Date(milliseconds: row["at"]), state: known, note: row["note"])
        }
    }
}
