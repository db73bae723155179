// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB
import Synchronization

/// Gathers changes that are asked for at the same time into one transaction: the flush to the disk, which is nearly all of
/// a change's time, is then paid once for all of them. There is no waiting for company: a change that comes alone is committed
/// at once, and those that come while the disk is busy make up the next transaction.
///
/// Each caller resumes after the commit that holds its change. A change that fails is undone alone.
final class GroupCommit: Sendable {
    /// More changes than this wait for the transaction after, so that no caller waits for a huge one.
    static let most = 256

    private struct Change: Sendable {
        /// Makes the change; gives what tells its caller, to be called once the disk has it.
        var make: @Sendable (Database) throws -> @Sendable () -> Void
        var fail: @Sendable (JournalFault) -> Void
    }

    private struct Waiting: Sendable {
        var changes: [Change] = []
        var isWriting = false
    }

    private let waiting = Mutex(Waiting())
    private let database: DatabaseQueue
    private let path: String

    init(_ database: DatabaseQueue, path: String) {
        self.database = database
        self.path = path
    }

    /// Makes one change and returns when it is durable.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        let outcome: Result<Value, JournalFault> = await withCheckedContinuation { continuation in
            submit(
                Change(
                    make: { db in
                        let value = try work(db)
                        return { continuation.resume(returning: .success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }))
        }
        return try outcome.get()
    }

    private func submit(_ change: Change) {
        let isFirst = waiting.withLock { waiting in
            waiting.changes.append(change)
            defer { waiting.isWriting = true }
            return !waiting.isWriting
        }
        if isFirst { writeNext() }
    }

    /// Queues one transaction behind the reads that wait for the connection; goes on until nothing waits.
    private func writeNext() {
        database.asyncWriteWithoutTransaction { [self] db in
            let batch = waiting.withLock { waiting in
                let batch = Array(waiting.changes.prefix(Self.most))
                waiting.changes.removeFirst(batch.count)
                return batch
            }
            commit(batch, db)
            let isDone = waiting.withLock { waiting in
                waiting.isWriting = !waiting.changes.isEmpty
                return waiting.changes.isEmpty
            }
            if !isDone { writeNext() }
        }
    }

    private func commit(_ batch: [Change], _ db: Database) {
        do {
            try db.beginTransaction(.immediate)
        } catch {
            // Nobody can write now (closed, or another program holds the file): trying one by one would only wait longer.
            for change in batch { change.fail(JournalFault(error, path: path)) }
            return
        }
        do {
            var outcomes: [@Sendable () -> Void] = []
            for change in batch { outcomes.append(try make(change, db, isAlone: batch.count == 1)) }
            try db.commit()
            for tell in outcomes { tell() }
        } catch {
            let fault = undo(db, after: error)
            // The transaction is lost as a whole (a full disk does that): one change may be too large where others fit.
            if batch.count == 1 { batch[0].fail(fault) } else { for change in batch { commit([change], db) } }
        }
    }

    /// Makes one change, or undoes it alone; gives what tells its caller. Throws when the whole transaction is lost.
    private func make(_ change: Change, _ db: Database, isAlone: Bool) throws -> @Sendable () -> Void {
        if isAlone { return try change.make(db) }
        try db.cachedStatement(sql: "SAVEPOINT change").execute()
        do {
            let tell = try change.make(db)
            try db.cachedStatement(sql: "RELEASE change").execute()
            return tell
        } catch {
            guard db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO change").execute()
            try db.cachedStatement(sql: "RELEASE change").execute()
            let fault = JournalFault(error, path: path)
            return { change.fail(fault) }
        }
    }

    /// Ends a transaction that cannot be kept; the fault says why, and also if even this failed.
    private func undo(_ db: Database, after error: any Error) -> JournalFault {
        do {
            if db.isInsideTransaction { try db.rollback() }
            return JournalFault(error, path: path)
        } catch let second {
            return JournalFault("\(JournalFault(error, path: path)) (undoing it failed too: \(JournalFault(second, path: path)))")
        }
    }
}
