// SPDX-License-Identifier: Apache-2.0

/// The tables of grants, codes and what happened at doors: an addition to those of the jobs, which it does not touch.
enum AccessSchema {
    static let migration = "access: stays, grants, codes, tokens, notes"

    /// A grant's code stands in its JSON and goes with it; `access_codes` has only keyed hashes.
    static let sql = """
        CREATE TABLE access_stays (id TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE access_resources (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE access_grants (
            id TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            since INTEGER NOT NULL,
            json TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE access_codes (lock TEXT NOT NULL, mark TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lock, mark)) WITHOUT ROWID;
        CREATE TABLE access_tokens (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE access_notes (place INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE INDEX access_notes_by_time ON access_notes (at);
        """
}
