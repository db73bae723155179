// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// The second migration: one history of all jobs, sealed line by line, that can only grow; a check number for each job; the time since the
/// machine started, by which orders age.
extension JournalSchema {
    static func addHistory(_ db: Database) throws {
        try db.execute(sql: columns)
        try sealWhatIsThere(db)
        try db.execute(sql: guards)
        try db.execute(
            sql: "INSERT INTO facts (name, value) VALUES (?, ?)",
            arguments: [Fact.journalIdentity.name, HexText.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })])
    }

    /// `accepted_seq` and `trail.seq` count together: the place of a line in the history of all jobs. The trail is found by its job
    /// through an index now, because its own order is that of the history: lines are only ever added at the end of the table.
    ///
    /// `removed` holds the seals of lines that retention took away and that others still go on from.
    private static let columns = """
        ALTER TABLE jobs ADD COLUMN accepted_seq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN accepted_seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE jobs ADD COLUMN row_check INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN boot TEXT;
        ALTER TABLE jobs ADD COLUMN boot_ms INTEGER;
        ALTER TABLE trail RENAME TO trail_before;
        CREATE TABLE trail (
            seq INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            seal BLOB NOT NULL
        );
        CREATE INDEX trail_by_job ON trail (job);
        CREATE TABLE removed (
            seq INTEGER PRIMARY KEY,
            seal BLOB NOT NULL
        );
        """

    private static let guards = """
        CREATE TRIGGER trail_is_not_rewritten BEFORE UPDATE ON trail
        BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END;
        CREATE TRIGGER trail_goes_with_its_job BEFORE DELETE ON trail
        WHEN EXISTS (SELECT 1 FROM jobs WHERE place = OLD.job)
        BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END;
        CREATE TRIGGER trail_grows_at_its_end BEFORE INSERT ON trail
        WHEN NEW.seq <= (SELECT COALESCE(MAX(seq), 0) FROM trail)
        BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to at its end'); END;
        CREATE TRIGGER acceptance_is_not_rewritten
        BEFORE UPDATE OF place, id, origin, external_id, created_at, accepted_at, accepted_state, accepted_note, accepted_seq, accepted_seal
        ON jobs
        BEGIN SELECT RAISE(ABORT, 'what was accepted is not rewritten'); END;
        CREATE TRIGGER final_is_final BEFORE UPDATE OF state, final ON jobs WHEN OLD.final = 1
        BEGIN SELECT RAISE(ABORT, 'a final state is never left'); END;
        CREATE TRIGGER unfinished_stays BEFORE DELETE ON jobs WHEN OLD.final = 0
        BEGIN SELECT RAISE(ABORT, 'a job that has not ended is not removed'); END;
        """

    /// Lines from before get places and seals in the order of their jobs.
    private static func sealWhatIsThere(_ db: Database) throws {
        let update = try db.makeStatement(sql: "UPDATE jobs SET accepted_seq = ?, accepted_seal = ?, row_check = ? WHERE place = ?")
        let insert = try db.makeStatement(sql: "INSERT INTO trail (seq, job, at, state, note, seal) VALUES (?, ?, ?, ?, ?, ?)")
        let head = try HistoryHead(db)
        for place in try Int64.fetchAll(db, sql: "SELECT place FROM jobs ORDER BY place") {
            guard let job = try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE place = ?", arguments: [place]) else { continue }
            let id = job.text("id") ?? ""
            let accepted = head.add(acceptance: job)
            try update.execute(arguments: [accepted.place, Data(accepted.seal.bytes), JobRow.check(of: job), place])
            for line in try Row.fetchAll(db, sql: "SELECT * FROM trail_before WHERE job = ? ORDER BY line", arguments: [place]) {
                let (at, state, note) = (line.number("at") ?? 0, line.text("state") ?? "", line.text("note") ?? "")
                let mark = head.add(job: id, at: at, state: state, note: note)
                try insert.execute(arguments: [mark.place, place, at, state, note, Data(mark.seal.bytes)])
            }
        }
        try db.execute(sql: "DROP TABLE trail_before")
    }
}
