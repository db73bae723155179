// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct FullDiskTests {
    /// SQLite's own limit on the file stands for the disk: the same error on the same way.
    @Test func journal_saysThatTheDiskIsFull_andWorksOn_whenThereIsRoomAgain() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal)
        let first = Sample.job(externalID: "before")
        _ = try await journal.accept(first, note: "accepted", reports: [])
        try await journal.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        var big = Sample.job()
        big.remarks = [String(repeating: "x", count: 100_000)]
        let full = JournalFault(
            "the disk that holds the journal \(folder.journal) is full: make room on it, the bridge then goes on", .full)
        await #expect(throws: full) { try await journal.accept(big, note: "accepted", reports: []) }
        #expect(try await journal.job(first.id) == first)
        #expect(try await journal.job(big.id) == nil)
        // A change that needs no new page goes on even now.
        try await journal.note(first.id, Sample.line(.queued, "still here"))
        try await journal.read { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        #expect(try await journal.accept(big, note: "accepted", reports: []) == .accepted(big))
    }

    @Test func smallChanges_areKept_whenALargeOneOfTheirCommitFillsTheDisk() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal)
        let job = Sample.job()
        _ = try await journal.accept(job, note: "accepted", reports: [])
        try await journal.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    await #expect(throws: Never.self) { try await journal.note(job.id, Sample.line(.queued, "small \(number)")) }
                }
                group.addTask {
                    await #expect(throws: JournalFault.self) {
                        try await journal.setFact(.sequence(EncoderName("large-\(number)")), String(repeating: "x", count: 100_000))
                    }
                }
            }
        }
        #expect(Set(try await journal.trail(of: job.id).map(\.note)) == Set(["accepted"] + (0..<10).map { "small \($0)" }))
        #expect(try await journal.fact(.sequence(EncoderName("large-3"))) == nil)
    }

    /// A real full disk: a file system in memory of 256 KiB. Only root may mount one.
    @Test(.enabled(if: geteuid() == 0, "mounting a small file system takes root"))
    func journal_survivesARealFullDisk() async throws {
        let folder = try Folder()
        let disk = folder.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        try #require(mount("tmpfs", disk, "tmpfs", 0, "size=256k,mode=700") == 0, "mount: \(String(cString: strerror(errno)))")
        defer { #expect(umount2(disk, Int32(MNT_DETACH)) == 0) }
        let journal = try SQLiteJournal(path: disk + "/journal.sqlite")
        var kept: [JobID] = []
        var fault: JournalFault?
        while fault == nil, kept.count < 10_000 {
            let job = Sample.job()
            do throws(JournalFault) {
                _ = try await journal.accept(job, note: "accepted", reports: [])
                kept.append(job.id)
            } catch {
                fault = error
            }
        }
        #expect(fault?.description.contains("is full: make room on it") == true)
        #expect(!kept.isEmpty)
        #expect(try await journal.unfinished().map(\.id) == kept)
        // Where no order fits, the try does not say that all is well.
        await #expect(throws: JournalFault.self) { try await journal.probe() }
        #expect(await journal.healthProblems().contains { $0.area == .disk })
        // Room again: it goes on without being opened anew.
        try #require(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=4m") == 0)
        let late = Sample.job()
        _ = try await journal.accept(late, note: "accepted", reports: [])
        try journal.close()
        let reopened = try SQLiteJournal(path: disk + "/journal.sqlite")
        #expect(try await reopened.unfinished().map(\.id) == kept + [late.id])
        try reopened.close()
    }
}
