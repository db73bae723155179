// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Journal

/// What happens to the file under the running bridge, and what the next start says of it.
@Suite struct FileWatchTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    private func open() throws -> SQLiteJournal { try SQLiteJournal(path: folder.journal) }

    private func refused(_ journal: SQLiteJournal) async -> JournalFault? {
        do throws(JournalFault) {
            _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
            return nil
        } catch { return error }
    }

    private func says(_ journal: SQLiteJournal, _ word: String) async -> Bool {
        await journal.healthProblems().contains { $0.weight == .trouble && $0.sentence.contains(word) }
    }

    @Test func deletedFile_isNoticedAndRefused_andIsBackAfterTheRestart() async throws {
        let journal = try open()
        let job = Sample.job(externalID: "key-1")
        _ = try await journal.accept(job, note: "accepted", reports: [])
        unlink(folder.journal)
        #expect(await refused(journal)?.description.contains("was deleted while the bridge runs") == true)
        #expect(await says(journal, "was deleted"))
        try journal.close()
        let again = try open()
        #expect(try await again.accept(Sample.job(externalID: "key-1"), note: "accepted", reports: []) == .known(job))
        // Nothing is lost, and nothing must be done.
        let told = await again.healthProblems()
        #expect(told.contains { $0.weight == .note && $0.sentence.contains("had been deleted") })
        #expect(!told.contains { $0.weight == .trouble })
    }

    @Test func deletedFile_isBack_whenTheBridgeWasKilled() async throws {
        let journal = try open()
        let job = Sample.job(externalID: "key-1")
        _ = try await journal.accept(job, note: "accepted", reports: [])
        unlink(folder.journal)
        #expect(await refused(journal) != nil)
        // Killed: nothing is closed, what lies in the folder is all there is.
        let after = try Folder()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.copyItem(atPath: folder.path + "/" + name, toPath: after.path + "/" + name)
        }
        let again = try SQLiteJournal(path: after.journal)
        #expect(try await again.accept(Sample.job(externalID: "key-1"), note: "accepted", reports: []) == .known(job))
        try again.close()
    }

    @Test func movedFile_isNoticed_andWellAgainWhenItIsBack() async throws {
        let journal = try open()
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        #expect(rename(folder.journal, folder.path + "/aside") == 0)
        #expect(await refused(journal)?.trouble == .gone)
        #expect(await says(journal, "was moved away"))
        #expect(rename(folder.path + "/aside", folder.journal) == 0)
        // Nobody has ordered anything since.
        #expect(await journal.healthProblems().isEmpty)
        #expect(await refused(journal) == nil)
    }

    @Test func replacedFile_isNoticed_andNotWrittenInto() async throws {
        let journal = try open()
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        #expect(rename(folder.journal, folder.path + "/aside") == 0)
        let other = Data("another file".utf8)
        try other.write(to: URL(fileURLWithPath: folder.journal))
        #expect(await refused(journal)?.description.contains("another file was put in the place") == true)
        try journal.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == other)
    }

    @Test(arguments: ["", "-wal"]) func fileThatIsCutShort_isNoticed(ending: String) async throws {
        let journal = try open()
        for _ in 0..<20 { _ = try await journal.accept(Sample.job(), note: "accepted", reports: []) }
        if ending.isEmpty { await journal.settle() }
        #expect(truncate(folder.journal + ending, 4096) == 0)
        #expect(await refused(journal)?.trouble == .damaged)
        #expect(await says(journal, "was cut short"))
        await #expect(throws: JournalFault.self) { try await journal.unfinished() }
    }

    /// A change must not be written because a request for `status` looks at the same moment.
    @Test func everyoneWhoLooks_sees_whoeverElseLooks() async throws {
        let watch = try open().watch
        unlink(folder.journal)
        let missed = Atomic(0)
        let looking = DispatchGroup()
        for _ in 0..<8 {
            looking.enter()
            Thread.detachNewThread {
                for _ in 0..<500 where (try? watch.check()) != nil { missed.add(1, ordering: .relaxed) }
                looking.leave()
            }
        }
        await withCheckedContinuation { done in looking.notify(queue: .global()) { done.resume() } }
        #expect(missed.load(ordering: .relaxed) == 0)
    }

    @Test func logThatIsTakenAway_isNoticed() async throws {
        let journal = try open()
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        #expect(await refused(journal) == nil)
        unlink(folder.journal + "-wal")
        #expect(await refused(journal)?.trouble == .gone)
    }

    @Test(arguments: [true, false]) func missingOrEmptyFile_isSaid_andALogBesideItIsKept(isEmpty: Bool) async throws {
        let journal = try open()
        for _ in 0..<5 { _ = try await journal.accept(Sample.job(), note: "accepted", reports: []) }
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.journal + "-wal"))
        try journal.close()
        if isEmpty { #expect(truncate(folder.journal, 0) == 0) } else { unlink(folder.journal) }
        try log.write(to: URL(fileURLWithPath: folder.journal + "-wal"))
        let again = try open()
        #expect(await says(again, isEmpty ? "is empty" : "is missing"))
        #expect(await says(again, "kept for support"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.contains("-wal.torn-") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + #require(kept))) == log)
        #expect(try await again.unfinished().isEmpty)
        #expect(await refused(again) == nil)
        try again.close()
        // Said once: the next start finds what it left.
        #expect(try open().findings.isEmpty)
    }

    @Test func olderCopy_isSaid_whenItIsPutInPlace() async throws {
        let journal = try open()
        _ = try await journal.accept(Sample.job(), note: "accepted", reports: [])
        try journal.close()
        let old = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        let later = try open()
        for _ in 0..<3 { _ = try await later.accept(Sample.job(), note: "accepted", reports: []) }
        try later.close()
        try old.write(to: URL(fileURLWithPath: folder.journal))
        #expect(try open().findings.first?.sentence.contains("lacks the last 3 lines") == true)
    }

    @Test func firstStart_findsNothingAmiss() async throws {
        let journal = try open()
        #expect(await journal.healthProblems().isEmpty)
        try journal.close()
        #expect(try open().findings.isEmpty)
    }

    @Test func unreadableRow_isOneJobsTrouble_andStaysWhereItIs() async throws {
        let journal = try open()
        let jobs = (0..<3).map { Sample.job(JobID("job-\($0)"), externalID: "key-\($0)") }
        for job in jobs { _ = try await journal.accept(job, note: "accepted", reports: []) }
        try await journal.change { db in
            try db.execute(sql: "UPDATE jobs SET order_json = replace(order_json, '101', '111') WHERE id = 'job-0'")
            try db.execute(sql: "UPDATE jobs SET state = 'dreaming' WHERE id = 'job-1'")
        }
        try journal.close()
        let again = try open()
        #expect(try await again.unfinished().map(\.id) == ["job-2"])
        let sentences = await again.healthProblems().map(\.sentence)
        #expect(sentences.contains { $0.contains("job job-0") && $0.contains("check number") })
        #expect(sentences.contains { $0.contains("job job-1") && $0.contains("dreaming") })
        // Its order is not made a second time either.
        await #expect(throws: JournalFault.self) { try await again.accept(Sample.job(externalID: "key-0"), note: "again", reports: []) }
        #expect(try await again.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM jobs") } == 3)
        #expect(await refused(again) == nil)
    }

    @Test func guestsName_leavesTheLog_whenNothingHappensForAWhile() async throws {
        let journal = try SQLiteJournal(path: folder.journal, rest: .milliseconds(20))
        var job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        #expect(try holds("Ada Example"))
        job.state = .done
        _ = try await journal.record(job, trail: Sample.line(.done, "cut"), reports: [])
        let limit = ContinuousClock.now + .seconds(60)
        while try holds("Ada Example"), ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try !holds("Ada Example"))
        #expect(try await journal.job(job.id)?.state == .done)
        #expect(await refused(journal) == nil)
    }

    private func holds(_ words: String) throws -> Bool {
        try ["", "-wal"].contains { ending in
            try Data(contentsOf: URL(fileURLWithPath: folder.journal + ending)).range(of: Data(words.utf8)) != nil
        }
    }
}
