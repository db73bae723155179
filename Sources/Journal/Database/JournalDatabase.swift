// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Opens the SQLite connection: settings, identity of the file, health, schema.
enum JournalDatabase {
    /// SQLite's mark of whose file this is (`PRAGMA application_id`): the letters EBJ1.
    static let applicationID: Int32 = 0x4542_4A31

    static func open(_ path: String) throws(JournalFault) -> DatabaseQueue {
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration())
            try database.writeWithoutTransaction { db in
                try claim(db, path: path)
                if isSmall(path) { try refuseDamage(db, path: path) }
                try writeAhead(db, path: path)
            }
            let migrator = JournalSchema.migrator()
            if try database.read(migrator.hasBeenSuperseded) {
                throw JournalFault("the journal \(path) was written by a newer encoder-bridge: install that version again", .request)
            }
            try migrator.migrate(database)
            return database
        } catch {
            throw JournalFault(error, path: path)
        }
    }

    /// A connection that only reads, beside the one that writes, in this process or in another.
    static func reading(_ path: String) throws(JournalFault) -> DatabaseQueue {
        do { return try opened(path) } catch { throw JournalFault(error, path: path) }
    }

    /// The same, with SQLite's own error.
    static func opened(_ path: String) throws -> DatabaseQueue {
        try DatabaseQueue(path: path, configuration: configuration(isReading: true))
    }

    /// A look at every page takes a second for each 500 MB or so: a clerk does not wait for it, ``SQLiteJournal/upkeep(keep:)`` does it
    /// once the bridge runs.
    static func isSmall(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_size <= 32 * 1024 * 1024
    }

    private static func configuration(isReading: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReading
        configuration.label = "encoder-bridge.journal"
        configuration.foreignKeysEnabled = true
        // A technician may look into the file with sqlite3 while the bridge runs.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            guard !isReading else { return }
            // Every commit waits for the disk; NORMAL would lose the last ones with the power.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // What is scrubbed or deleted is overwritten, so that no guest's name stays behind in free space.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // The pages that orders touch, also when a hotel's years are in the file.
            try db.execute(sql: "PRAGMA cache_size = -8192")
        }
        return configuration
    }

    /// An empty file becomes ours; a database that is not ours is left alone.
    private static func claim(_ db: Database, path: String) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if owner == applicationID { return }
        guard tables == 0, owner == 0 else {
            throw JournalFault("\(path) is the database of another program: set journal.path to a file of its own")
        }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    }

    /// Done here and not by GRDB's `journalMode = .wal`, which sets `synchronous` back to NORMAL and writes before ``claim(_:path:)``
    /// could say whose file it is.
    private static func writeAhead(_ db: Database, path: String) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") ?? "unknown"
        guard mode == "wal" else {
            throw JournalFault("the disk that holds \(path) allows no write-ahead log (\(mode)): set journal.path to a local disk")
        }
    }

    static func refuseDamage(_ db: Database, path: String) throws {
        let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no verdict"
        if verdict != "ok" { throw JournalFault.damaged(path, verdict) }
    }
}
