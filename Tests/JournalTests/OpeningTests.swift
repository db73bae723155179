// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct OpeningTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// The sentence with which opening fails.
    private func refusal(_ path: String) -> String? {
        do throws(JournalFault) {
            try SQLiteJournal(path: path).close()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func newFile_isForItsOwnerOnly_andSoAreThoseBesideIt() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        try await journal.setFact(.sequence(EncoderName("a")), "b")
        for ending in ["", "-wal", "-shm", ".lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.journal + ending)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(ending)")
        }
    }

    @Test func openFile_isClosedToOthers_whenItWasReadable() throws {
        try SQLiteJournal(path: folder.journal).close()
        #expect(chmod(folder.journal, 0o644) == 0)
        try SQLiteJournal(path: folder.journal).close()
        #expect(try FileManager.default.attributesOfItem(atPath: folder.journal)[.posixPermissions] as? Int == 0o600)
    }

    @Test func connection_waitsForTheDisk_atEveryCommit() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        let settings = try await journal.read { db in
            try ["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)") ?? "?"
            }
        }
        #expect(settings == ["wal", "2", "1", "5000", "1"])
    }

    @Test func advice_namesAFolder_whenThePathHasNone() {
        let said = JournalFault.notOpened("backup.sqlite", EACCES).description
        #expect(said.contains("chown -R encoder-bridge \(FileManager.default.currentDirectoryPath)`"), "\(said)")
    }

    @Test func opening_isRefused_whenTheFolderIsMissing() {
        let path = folder.path + "/missing/journal.sqlite"
        #expect(refusal(path)?.contains("folder \(folder.path)/missing is not there: make it with") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/missing"))
    }

    @Test func opening_isRefused_whenThePathIsAFolder() {
        #expect(refusal(folder.path)?.hasPrefix("\(folder.path) is a folder: ") == true)
    }

    @Test func opening_isRefused_whenAnotherBridgeHasTheJournal() throws {
        let first = try SQLiteJournal(path: folder.journal)
        #expect(refusal(folder.journal)?.hasPrefix("another encoder-bridge (pid \(getpid())) uses this journal: stop it") == true)
        try first.close()
        #expect(refusal(folder.journal) == nil)
    }

    @Test func opening_isRefused_andTheFileKept_whenItIsNoDatabase() throws {
        let words = Data(String(repeating: "this is a letter, not a database. ", count: 100).utf8)
        try words.write(to: URL(fileURLWithPath: folder.journal))
        let sentence = refusal(folder.journal)
        #expect(sentence?.contains("is damaged (file is not a database): stop the bridge, move") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == words)
    }

    @Test func opening_isRefused_andTheFileKept_whenPagesAreOverwritten() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        for _ in 0..<200 { _ = try await journal.accept(Sample.job(), note: "accepted", reports: []) }
        try journal.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
        try bytes.write(to: URL(fileURLWithPath: folder.journal))
        #expect(refusal(folder.journal)?.contains("is damaged (") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == bytes)
    }

    @Test func opening_isRefused_whenTheDatabaseBelongsToAnotherProgram() throws {
        let other = try DatabaseQueue(path: folder.journal)
        try other.write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        #expect(refusal(folder.journal) == "\(folder.journal) is the database of another program: set journal.path to a file of its own")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == before)
    }

    @Test func opening_isRefused_whenANewerBridgeWroteTheFile() async throws {
        let journal = try SQLiteJournal(path: folder.journal)
        try await journal.change { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: from the future')") }
        try journal.close()
        #expect(refusal(folder.journal)?.contains("was written by a newer encoder-bridge") == true)
    }

    @Test func migrations_changeNothing_whenTheyRanBefore() async throws {
        let schema: @Sendable (Database) throws -> [String] = {
            try String.fetchAll($0, sql: "SELECT name || COALESCE(sql, '') FROM sqlite_master ORDER BY name")
        }
        let first = try SQLiteJournal(path: folder.journal)
        let job = Sample.job(externalID: "kept")
        _ = try await first.accept(job, note: "accepted", reports: [])
        let before = try await first.read(schema)
        try first.close()
        for _ in 0..<3 {
            let again = try SQLiteJournal(path: folder.journal)
            #expect(try await again.read(schema) == before)
            #expect(try await again.job(job.id) == job)
            try again.close()
        }
    }

    @Test func file_canBeOpenedAnew_whenTheFirstOpeningWasCutShort() throws {
        // A crash right after the file was made leaves it empty.
        #expect(FileManager.default.createFile(atPath: folder.journal, contents: Data()))
        #expect(refusal(folder.journal) == nil)
    }
}
