// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables. A migration that has shipped is never edited: the next change is a new one below it.
enum JournalSchema {
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: jobs, trail, outbox, facts") { db in
            try db.execute(sql: first)
        }
        return migrator
    }

    /// `place` is the order of acceptance. Times are milliseconds since 1970 UTC. Columns that are only ever read together with
    /// their job are JSON. The trail has one tree instead of a table and an index: a line is found by its job only.
    /// `outbox.sequence` is AUTOINCREMENT because delivered reports are removed and a number must never come twice.
    private static let first = """
        CREATE TABLE jobs (
            place INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            encoder TEXT NOT NULL,
            origin TEXT NOT NULL,
            external_id TEXT,
            state TEXT NOT NULL,
            final INTEGER NOT NULL,
            order_json TEXT NOT NULL,
            receipts_json TEXT NOT NULL,
            remarks_json TEXT NOT NULL,
            fault_json TEXT,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            finished_at INTEGER,
            UNIQUE (origin, external_id)
        );
        CREATE INDEX jobs_unfinished ON jobs (place) WHERE final = 0;
        CREATE TABLE trail (
            job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE CASCADE,
            line INTEGER NOT NULL,
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (job, line)
        ) WITHOUT ROWID;
        CREATE TABLE outbox (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE RESTRICT,
            origin TEXT NOT NULL,
            external_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            progress REAL,
            text TEXT
        );
        CREATE INDEX outbox_by_origin ON outbox (origin, sequence);
        CREATE INDEX outbox_by_job ON outbox (job);
        CREATE TABLE facts (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        """
}
