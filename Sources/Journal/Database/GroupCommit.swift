// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB
import Synchronization

/// Gathers changes that are asked for at the same time into one transaction: the flush to the disk, which is nearly all of
/// a change's time, is then paid once for all of them. There is no waiting for company: a change that comes alone is committed
/// at once, and those that come while the disk is busy make up the next transaction, in the order in which they came.
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
    /// The longest commit since somebody asked.
    private let longest = Mutex(Duration.zero)
    private let database: DatabaseQueue
    private let path: String
    private let head: HistoryHead
    private let silence: DiskSilence
    private let time: Timekeeper
    /// Asked before every transaction; throws when the file is no longer the one that was opened.
    private let check: @Sendable (Database) throws(JournalFault) -> Void
    /// Told how each transaction went.
    private let outcome: @Sendable (JournalFault?) -> Void

    init(
        _ database: DatabaseQueue, path: String, head: HistoryHead, silence: DiskSilence, time: Timekeeper = .system,
        check: @escaping @Sendable (Database) throws(JournalFault) -> Void,
        outcome: @escaping @Sendable (JournalFault?) -> Void
    ) {
        self.database = database
        self.path = path
        self.head = head
        self.silence = silence
        self.time = time
        self.check = check
        self.outcome = outcome
    }

    /// How long the slowest transaction took since this was asked last: a disk that dies, or that others use, is slow before it fails.
    func longestCommit() -> Duration {
        longest.withLock { longest in
            defer { longest = .zero }
            return longest
        }
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
        let question = silence.ask()
        database.asyncWriteWithoutTransaction { [self] db in
            let batch = waiting.withLock { waiting in
                let batch = Array(waiting.changes.prefix(Self.most))
                waiting.changes.removeFirst(batch.count)
                return batch
            }
            let answers = commit(batch, db)
            question.isAnswered()
            for answer in answers { answer() }
            let isDone = waiting.withLock { waiting in
                waiting.isWriting = !waiting.changes.isEmpty
                return waiting.changes.isEmpty
            }
            if !isDone { writeNext() }
        }
    }

    /// Gives what tells the callers how it went.
    private func commit(_ batch: [Change], _ db: Database) -> [@Sendable () -> Void] {
        do {
            try check(db)
            try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
        } catch {
            // Nobody can write now (closed, the file is gone, another program holds it): one by one would only take longer.
            let fault = JournalFault(error, path: path)
            outcome(fault)
            return batch.map { change in { change.fail(fault) } }
        }
        let before = head.current
        do {
            var answers: [@Sendable () -> Void] = []
            for change in batch { answers.append(try make(change, db, isAlone: batch.count == 1)) }
            let start = time.uptime()
            try db.cachedStatement(sql: "COMMIT").execute()
            let took = time.uptime() - start
            longest.withLock { $0 = max($0, took) }
            outcome(nil)
            return answers
        } catch {
            head.setBack(to: before)
            let fault = undo(db, after: error)
            // The transaction is lost as a whole (a full disk does that): one change may be too large where others fit.
            if batch.count > 1 { return batch.flatMap { commit([$0], db) } }
            if fault.concernsTheWholeJournal { outcome(fault) }
            return batch.map { change in { change.fail(fault) } }
        }
    }

    /// Makes one change, or undoes it alone; gives what tells its caller. Throws when the whole transaction is lost.
    private func make(_ change: Change, _ db: Database, isAlone: Bool) throws -> @Sendable () -> Void {
        if isAlone { return try change.make(db) }
        let before = head.current
        try db.cachedStatement(sql: "SAVEPOINT change").execute()
        do {
            let tell = try change.make(db)
            try db.cachedStatement(sql: "RELEASE change").execute()
            return tell
        } catch {
            guard db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO change").execute()
            try db.cachedStatement(sql: "RELEASE change").execute()
            head.setBack(to: before)
            let fault = JournalFault(error, path: path)
            // Told behind the commit of the others, which went well.
            return { [outcome] in
                if fault.concernsTheWholeJournal { outcome(fault) }
                change.fail(fault)
            }
        }
    }

    /// Ends a transaction that cannot be kept; the fault says why, and also if even this failed.
    private func undo(_ db: Database, after error: any Error) -> JournalFault {
        let fault = JournalFault(error, path: path)
        do {
            if db.isInsideTransaction { try db.rollback() }
            return fault
        } catch let second {
            return JournalFault("\(fault) (undoing it failed too: \(JournalFault(second, path: path)))", fault.trouble)
        }
    }
}
