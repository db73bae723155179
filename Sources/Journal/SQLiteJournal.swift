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
/// A guest's name and card content leave the file when their job ends, and the log beside it as soon as nothing more happens
/// (``Quiet``); a ``Job/prompt`` never enters it.
public final class SQLiteJournal: JobJournal {
    /// The file, as it was given.
    public let path: String
    let database: DatabaseQueue
    let commits: GroupCommit
    let head: HistoryHead
    let watch: FileWatch
    let condition: Condition
    /// Of the writing connection, and of the one beside it: an answer to one says nothing of what the other waits for.
    let silence, asideSilence: DiskSilence
    let quiet: Quiet
    let now: @Sendable () -> Date
    let lock: Mutex<InstanceLock?>
    /// A second, reading connection, for what may take long.
    let reader = Mutex<DatabaseQueue?>(nil)

    /// Opens the journal at `path`, or begins an empty one there (mode 0600); its folder must exist. Brings an older file
    /// up to date. One process at a time: `path` with `.lock` behind it is held until ``close()`` or the end of the process.
    ///
    /// Blocks for the time this takes (milliseconds). Throws one sentence that says what to do: folder missing, not writable,
    /// disk full, held by another bridge, damaged, of another program, of a newer bridge. It never deletes anything. What it finds
    /// missing (an empty or older file, a log without its journal) is among its ``healthProblems()``.
    /// - Parameters:
    ///   - time: the clock for lines of the trail that the journal writes by itself.
    ///   - rest: how long nothing must happen before the log is emptied.
    ///   - patience: how long the disk may say nothing before that is said, and before a read is given up.
    public init(
        path: String, time: Timekeeper = .system, rest: Duration = .seconds(2), patience: Duration = .seconds(5)
    ) throws(JournalFault) {
        let now = time.now
        let lock = try JournalFile.claim(path)
        var findings = try Findings.before(path, now: now())
        try JournalFile.makePrivate(path)
        let watch = try FileWatch(path)
        let database = try JournalDatabase.open(path)
        do {
            let (head, identity) = try database.read { db in
                (try HistoryHead(db), try FactRow.value(db, .journalIdentity) ?? "")
            }
            findings += try Findings.after(path, identity: identity, head.current) { place in
                try database.read { try HistoryRow.seal($0, at: place)?.hex }
            }
            self.head = head
            LastSeen(identity: identity, place: head.current.place, seal: head.current.seal.hex).write(for: path)
        } catch {
            throw JournalFault(error, path: path)
        }
        let condition = Condition(findings: findings, time: time)
        let silence = DiskSilence(patience: patience)
        self.path = path
        self.database = database
        self.now = now
        self.watch = watch
        self.condition = condition
        self.silence = silence
        asideSilence = DiskSilence(patience: patience)
        self.lock = Mutex(lock)
        quiet = Quiet(rest, time)
        commits = GroupCommit(
            database, path: path, head: head, silence: silence, time: time,
            check: { db throws(JournalFault) in
                do throws(JournalFault) {
                    try watch.check()
                } catch {
                    if watch.isDeleted { Rescue.keep(db, of: path) }
                    throw error
                }
            },
            outcome: { condition.outcome($0) })
    }

    /// Ends after the changes in hand are kept; every later call throws. The lock is free then.
    public func close() throws(JournalFault) {
        quiet.end()
        do {
            let isOurs = (try? watch.check()) != nil
            // Someone who still reads keeps the log from being emptied: the next start does it.
            if isOurs { do { try database.writeWithoutTransaction { try settle($0) } } catch is Busy {} }
            try reader.withLock { try $0?.close() }
            try database.close()
        } catch {
            throw JournalFault(error, path: path)
        }
        lock.withLock { $0 = nil }
    }

    /// Runs one change among others of the same commit; returns when it is durable.
    func change<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        try refuseWhenClosed()
        let value = try await commits.perform(work)
        quiet.changed { [weak self] in await self?.settle() }
        return value
    }

    /// Reads on the same connection, so it sees every change that was acknowledged before.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        try refuseWhenClosed()
        do throws(JournalFault) {
            try watch.check()
        } catch {
            // What SQLite still has in hand may be read; a file that was cut short would be read as nonsense.
            if error.trouble == .damaged {
                condition.outcome(error)
                throw error
            }
        }
        do {
            return try await silence.read(path, work) { [database] in try await database.unsafeRead($0) }
        } catch {
            let fault = JournalFault(error, path: path)
            if fault.concernsTheWholeJournal { condition.outcome(fault) }
            throw fault
        }
    }

    /// Reads on a connection of its own: what takes long holds up no order.
    func readAside<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(JournalFault) -> Value {
        try refuseWhenClosed()
        do {
            return try await asideSilence.read(path, work) { [self] in try await readingConnection().read($0) }
        } catch {
            throw faultAside(error)
        }
    }

    /// Reads through the whole file, which may take minutes on a disk that is well: what it takes says nothing of the disk, and on a
    /// connection of its own nobody waits behind it. Ends early when its task is cancelled.
    func readWhole<Value: Sendable>(
        within limit: Duration = .seconds(3600), _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalFault) -> Value {
        try refuseWhenClosed()
        let reading = Task { [self] in
            let connection = try openAside()
            defer { try? connection.close() }  // Only read: closing cannot lose anything.
            return try await connection.read(work)
        }
        let answer = await withTaskCancellationHandler {
            await waiting(for: { await reading.result }, unless: { try await Timekeeper.system.sleep(limit) })
        } onCancel: {
            reading.cancel()
        }
        reading.cancel()
        guard let answer else { throw .tookTooLong(path, limit) }
        do { return try answer.get() } catch { throw faultAside(error) }
    }

    private func faultAside(_ error: any Error) -> JournalFault {
        let fault = JournalFault(error, path: path)
        // What such a connection cannot do says nothing of the writing one, but the disk is the same.
        if error is DatabaseError, fault.trouble == .damaged || fault.trouble == .disk { condition.outcome(fault) }
        return fault
    }

    /// Opened when it is needed first.
    private func readingConnection() throws -> DatabaseQueue {
        try reader.withLock { reader in
            if let reader { return reader }
            let opened = try openAside()
            reader = opened
            return opened
        }
    }

    /// Never on a file that stands where ours was.
    private func openAside() throws -> DatabaseQueue {
        try watch.check()
        let opened = try JournalDatabase.reading(path)
        do throws(JournalFault) {
            try watch.check()
        } catch {
            try? opened.close()  // Only read: closing cannot lose anything.
            throw error
        }
        return opened
    }

    private func refuseWhenClosed() throws(JournalFault) {
        guard lock.withLock({ $0 == nil }) else { return }
        throw JournalFault("the journal \(path) is closed: the bridge is stopping", .closed)
    }
}
