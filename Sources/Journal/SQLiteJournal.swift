// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization

/// The journal in one SQLite file: jobs, their trails, the outbox of reports and facts about the property.
///
/// Write-ahead log with `synchronous=FULL`: a call that changes something returns after the disk has it. Changes that
/// are asked for at the same time share one commit (``GroupCommit``). Times are kept as whole milliseconds since 1970 UTC,
/// so a date that comes back may differ from the one that was given by less than a millisecond.
///
/// A guest's name and card content leave the file when their job ends; a ``Job/prompt`` never enters it.
public final class SQLiteJournal: JobJournal {
    /// The file, as it was given.
    public let path: String
    let database: DatabaseQueue
    let commits: GroupCommit
    let now: @Sendable () -> Date
    private let lock: Mutex<InstanceLock?>

    /// Opens the journal at `path`, or begins an empty one there (mode 0600); its folder must exist. Brings an older file
    /// up to date. One process at a time: `path` with `.lock` behind it is held until ``close()`` or the end of the process.
    ///
    /// Blocks for the time this takes (milliseconds). Throws one sentence that says what to do: folder missing, not writable,
    /// disk full, held by another bridge, damaged, of another program, of a newer bridge. It never deletes anything.
    /// - Parameter now: the clock for lines of the trail that the journal writes by itself.
    public init(path: String, now: @escaping @Sendable () -> Date = Timekeeper.system.now) throws(JournalFault) {
        let lock = try JournalFile.claim(path)
        try JournalFile.makePrivate(path)
        let database = try JournalDatabase.open(path)
        self.path = path
        self.database = database
        self.now = now
        self.lock = Mutex(lock)
        commits = GroupCommit(database, path: path)
    }

    /// Ends after the changes in hand are kept; every later call throws. The lock is free then.
    public func close() throws(JournalFault) {
        do {
            try database.close()
        } catch {
            throw JournalFault(error, path: path)
        }
        lock.withLock { $0 = nil }
    }

    /// Runs one change among others of the same commit; returns when it is durable.
    func change<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        try await commits.perform(work)
    }

    /// Reads on the same connection, so it sees every change that was acknowledged before.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        do {
            return try await database.unsafeRead(work)
        } catch {
            throw JournalFault(error, path: path)
        }
    }
}
