// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables. A migration that has shipped is never edited: the next change is a new one below it.
enum JournalSchema {
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: jobs, trail, outbox, facts") { db in
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: history with seals, check numbers, age", migrate: addHistory)
        migrator.registerMigration(AccessSchema.migration) { db in
            try db.execute(sql: AccessSchema.sql)
        }
        return migrator
    }

    /// `place` is the order of acceptance. Times are milliseconds since 1970 UTC. Columns that are only ever read together with
    /// their job are JSON.
    ///
    /// Every tree that an acceptance touches is another page to flush, and acceptance is what a clerk waits for: so the first line
    /// of the trail is in the job's row (`accepted_...`), and jobs that have not ended are found by a scan, which is done once, at
    /// the start. The trail has one tree instead of a table and an index: a line is found by its job only.
    ///
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
            accepted_at INTEGER NOT NULL,
            accepted_state TEXT NOT NULL,
            accepted_note TEXT NOT NULL,
            UNIQUE (origin, external_id)
        );
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
