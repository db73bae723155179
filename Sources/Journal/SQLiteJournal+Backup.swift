// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// Writes a whole copy of the journal, as it is at one moment, while the bridge goes on. The file must not be there yet; it is for
    /// its owner only, because it holds the names of guests whose keys are still to be cut.
    public func backup(to target: String) async throws(JournalFault) {
        try await readWhole { [path] db in try JournalCopy.write(db, of: path, to: target) }
    }
}

/// A copy made with SQLite's backup interface.
enum JournalCopy {
    static func write(_ db: Database, of path: String, to target: String) throws {
        guard access(target, F_OK) != 0 else {
            throw JournalFault("\(target) is there already: name a file that is not, so that no backup is lost", .request)
        }
        let fresh = target + ".part"
        unlink(fresh)
        try JournalFile.makePrivate(fresh)
        do {
            let copy = try DatabaseQueue(path: fresh)
            try copy.writeWithoutTransaction { try db.backup(to: $0) }
            // One file without a log beside it.
            try copy.writeWithoutTransaction { _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch {
            unlink(fresh)
            throw JournalFault(error, path: target)
        }
        guard rename(fresh, target) == 0 else { throw JournalFault.notOpened(target, errno) }
    }
}

/// Puts a backup in the journal's place.
public enum JournalRestore {
    /// The bridge must not run. What was there is moved aside, never deleted.
    /// - Returns: where the journal from before is now; `nil` if there was none.
    @discardableResult
    public static func restore(_ backup: String, to path: String, time: Timekeeper = .system) throws(JournalFault) -> String? {
        let lock = try JournalFile.claim(path)
        defer { withExtendedLifetime(lock) {} }
        let report = try JournalVerification.file(backup)
        if let problem = report.problems.first {
            throw JournalFault("\(backup) is not sound (\(problem)): nothing was changed; use an older backup", .damaged)
        }
        let fresh = path + ".restored"
        unlink(fresh)
        do {
            let source = try JournalDatabase.opened(backup)
            try source.read { try JournalCopy.write($0, of: backup, to: fresh) }
            try source.close()
        } catch {
            throw JournalFault(error, named: backup)
        }
        var aside: String?
        for ending in ["", "-wal", "-shm", ".seal", ".rescued"] where access(path + ending, F_OK) == 0 {
            let name = "\(path)\(ending).before-\(Int(time.now().timeIntervalSince1970))"
            guard rename(path + ending, name) == 0 else { throw .notOpened(path + ending, errno) }
            if ending.isEmpty { aside = name }
        }
        guard rename(fresh, path) == 0 else { throw .notOpened(path, errno) }
        // Root does this, and the bridge is another user: it must be able to open what is now its journal.
        var folder = stat()
        if geteuid() == 0, stat((path as NSString).deletingLastPathComponent, &folder) == 0 {
            for file in [path, path + ".lock"] { _ = chown(file, folder.st_uid, folder.st_gid) }
        }
        return aside
    }
}
