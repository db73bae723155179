// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB

/// Facts.
enum FactRow {
    static func value(_ db: Database, _ fact: Fact) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM facts WHERE name = ?"), arguments: [fact.name])
    }

    static func set(_ db: Database, _ fact: Fact, _ value: String) throws {
        try db.cachedStatement(
            sql: "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ).execute(arguments: [fact.name, value])
    }

    /// The place before which every job has ended. One that lies behind all jobs is of jobs that were removed, whose places were given
    /// again: it says nothing of those that have them now.
    static func firstUnfinished(_ db: Database) throws -> Int64 {
        let known = try value(db, .firstUnfinished).flatMap { Int64($0) } ?? 0
        return known > (try JobRow.lastPlace(db)) + 1 ? 0 : known
    }
}
