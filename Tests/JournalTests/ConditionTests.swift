// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import TestKit
import Testing

@testable import Journal

/// What the journal says of itself, and when it stops saying so.
@Suite(.timeLimit(.minutes(6))) struct ConditionTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    private func sentences(_ journal: SQLiteJournal) async -> [String] { await journal.healthProblems().map(\.sentence) }

    @Test func fullDisk_isSaidAsLongAsItIsFull_andNoLonger_thoughNothingIsOrdered() async throws {
        let time = VirtualTime()
        let journal = try SQLiteJournal(path: folder.journal, time: time.keeper)
        try await journal.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        var big = Sample.job()
        big.remarks = [String(repeating: "x", count: 100_000)]
        await #expect(throws: JournalFault.self) { try await journal.accept(big, note: "accepted", reports: []) }
        #expect(await sentences(journal).contains { $0.contains("is full") })
        _ = await time.pass(.seconds(6))
        #expect(await sentences(journal).contains { $0.contains("is full") })
        try await journal.read { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        // Not asked more often than that.
        #expect(await sentences(journal).contains { $0.contains("is full") })
        _ = await time.pass(.seconds(6))
        #expect(await sentences(journal) == [])
    }

    @Test(.timeLimit(.minutes(6))) func silentDisk_isSaid_andNobodyWaitsForARead() async throws {
        let journal = try SQLiteJournal(path: folder.journal, patience: .seconds(1))
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        #expect(await sentences(journal) == [])
        // What a hanging flush does: the connection is held by something that does not end.
        let (held, disk) = (Moment(), DispatchSemaphore(value: 0))
        let change = Task {
            try await journal.change { db in
                held.comes()
                disk.wait()
                try FactRow.set(db, .probe, "kept")
            }
        }
        await held.hasCome()
        await #expect(throws: JournalFault.self) { try await journal.job(job.id) }
        #expect(await sentences(journal).contains { $0.contains("does not answer") })
        // At once, now that it is known.
        await #expect(throws: JournalFault.self) { try await journal.outboxDepth() }
        disk.signal()
        try await change.value
        #expect(try await journal.job(job.id) == job)
        #expect(await sentences(journal) == [])
    }

    /// What lies in memory is answered beside a flush that hangs.
    @Test func silentDisk_isSaid_thoughOthersReadAside() async throws {
        let journal = try SQLiteJournal(path: folder.journal, patience: .seconds(1))
        let (held, disk) = (Moment(), DispatchSemaphore(value: 0))
        let change = Task {
            try await journal.change { _ in
                held.comes()
                disk.wait()
            }
        }
        await held.hasCome()
        let end = ContinuousClock.now + .seconds(60)
        var isSaid = false
        while !isSaid, ContinuousClock.now < end {
            _ = try await journal.jobs(limit: 1)
            isSaid = await sentences(journal).contains { $0.contains("does not answer") }
        }
        #expect(isSaid)
        disk.signal()
        try await change.value
        #expect(await sentences(journal) == [])
    }

    /// Who hears that its change is kept must not read that the disk says nothing, however long his thread was put aside.
    @Test func silence_isOver_whenAnybodyHearsOfAnAnswer() async throws {
        let journal = try SQLiteJournal(path: folder.journal, rest: .seconds(3600))
        for number in 0..<300 {
            try await journal.setFact(.markKey, "\(number)")
            #expect(journal.silence.lasts == .zero)
            await #expect(throws: JournalFault.self) { try await journal.change { _ in throw DatabaseError(resultCode: .SQLITE_FULL) } }
            #expect(journal.silence.lasts == .zero)
            _ = try await journal.jobs(limit: 1)
            #expect(journal.asideSilence.lasts == .zero)
        }
    }

    /// A busy machine lets a task wait for a thread: the disk has answered by then.
    @Test func silence_endsWithTheAnswer_notWithWhoHearsIt() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let silence = DiskSilence(patience: .seconds(60))
        let value = try await silence.read(folder.journal, { _ in 7 }) { work in
            let value = try await journal.database.unsafeRead { db in
                #expect(silence.lasts > .zero)
                return try work(db)
            }
            #expect(silence.lasts == .zero)
            return value
        }
        #expect(value == 7)
        #expect(silence.lasts == .zero)
        // A connection that is closed never comes to the work.
        await #expect(throws: DatabaseError.self) {
            try await silence.read(folder.journal, { _ in 7 }) { _ in throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        }
        #expect(silence.lasts == .zero)
    }

    /// A look at every page of a large file takes minutes on a disk that is well.
    @Test func longRead_isNoSilence_andNobodyWaitsBehindIt() async throws {
        let journal = try SQLiteJournal(path: folder.journal, patience: .seconds(1))
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let (begun, pages) = (Moment(), DispatchSemaphore(value: 0))
        let look = Task {
            try await journal.readWhole { db in
                begun.comes()
                pages.wait()
                return try Int.fetchOne(db, sql: "SELECT count(*) FROM jobs")
            }
        }
        await begun.hasCome()
        // The fact to be shown is that nothing happens for longer than the patience.
        let end = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < end {
            #expect(try await journal.jobs(limit: 10) == [job])
            #expect(await sentences(journal) == [])
            try await Task.sleep(for: .milliseconds(20))
        }
        pages.signal()
        #expect(try await look.value == 1)
    }

    @Test func longRead_ends_whenItIsCancelled_orNeverDoes() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let look = Task { try await journal.readWhole { try Int.fetchOne($0, sql: endless) } }
        look.cancel()
        await #expect(throws: JournalFault.self) { try await look.value }
        let late = await #expect(throws: JournalFault.self) {
            try await journal.readWhole(within: .seconds(1)) { try Int.fetchOne($0, sql: endless) }
        }
        #expect(late?.description.contains("did not end within 1 s") == true)
        #expect(await sentences(journal) == [])
        try journal.close()
    }

    @Test func journal_isClosed_whileSomeoneStillReads() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let (begun, end) = (Moment(), DispatchSemaphore(value: 0))
        let look = Task {
            try await journal.readWhole { db in
                let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM jobs")
                begun.comes()
                end.wait()
                return count
            }
        }
        await begun.hasCome()
        #expect(throws: Never.self) { try journal.close() }
        let again = try SQLiteJournal(path: folder.journal)
        #expect(try await again.unfinished() == [job])
        end.signal()
        #expect(try await look.value == 1)
        try again.close()
    }

    @Test func lookThatCouldNotBeMade_isNoDamage() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        #expect(rename(folder.journal, folder.path + "/aside") == 0)
        await journal.lookAtEveryPage()
        #expect(await sentences(journal).contains { $0.contains("was moved away") })
        #expect(rename(folder.path + "/aside", folder.journal) == 0)
        #expect(await sentences(journal) == [])
    }

    @Test func probe_needsTheRoomOfAnOrder() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        try await journal.probe()
        try await journal.read { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        try await journal.probe()  // the pages of the last time are used again
        try await journal.change { try FactRow.set($0, .probe, "") }
        try await journal.read { db in
            try db.execute(sql: "VACUUM")
            try db.execute(sql: "PRAGMA max_page_count = 1")
        }
        await #expect(throws: JournalFault.self) { try await journal.probe() }
    }

    @Test func damage_isSaid_wheneverItIsFound_andOnce() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let damage = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "database disk image is malformed")
        for _ in 0..<2 {
            await #expect(throws: JournalFault.self) { try await journal.readAside { _ in throw damage } }
        }
        #expect(await sentences(journal).count { $0.contains("is damaged") } == 1)
        // A change that fits beside it makes nothing whole.
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        #expect(await sentences(journal).count { $0.contains("is damaged") } == 1)
    }

    @Test func damage_isSaid_whenOneChangeAmongOthersMeetsIt() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let damage = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "database disk image is malformed")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    if number % 10 == 3 {
                        await #expect(throws: JournalFault.self) { try await journal.change { _ in throw damage } }
                    } else {
                        await #expect(throws: Never.self) { try await journal.setFact(.markKey, "x") }
                    }
                }
            }
        }
        #expect(await sentences(journal).count { $0.contains("is damaged") } == 1)
    }

    @Test func readingConnection_isNeverOpenedOnAForeignFile() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let other = try Folder()
        try SQLiteJournal(path: other.journal).close()
        #expect(rename(folder.journal, folder.path + "/aside") == 0)
        try FileManager.default.copyItem(atPath: other.journal, toPath: folder.journal)
        await #expect(throws: JournalFault.self) { try await journal.jobs(limit: 10) }
        unlink(folder.journal)
        #expect(rename(folder.path + "/aside", folder.journal) == 0)
        #expect(try await journal.jobs(limit: 10) == [job])
    }

    @Test func restore_movesWhatWasRescuedAside() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        let backup = folder.path + "/backup"
        try await journal.backup(to: backup)
        unlink(folder.journal)
        _ = await journal.healthProblems()
        #expect(access(folder.journal + ".rescued", F_OK) == 0)
        try journal.close()
        try JournalRestore.restore(backup, to: folder.journal)
        #expect(access(folder.journal + ".rescued", F_OK) != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.contains(".rescued.before-") })
        let restored = try SQLiteJournal(path: folder.journal)
        #expect(restored.findings.isEmpty)
        try restored.close()
    }
}

/// Something that comes once, for one who waits for it and holds no thread meanwhile: on two processors two tests that wait in place stop
/// all others.
private struct Moment: Sendable {
    private let ends = AsyncStream.makeStream(of: Void.self)

    func comes() { ends.continuation.finish() }

    func hasCome() async { for await _ in ends.stream {} }
}
