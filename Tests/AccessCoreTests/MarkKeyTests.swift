// SPDX-License-Identifier: Apache-2.0
import Access
import Crypto
import EncoderModel
import Foundation
import Journal
import Synchronization
import Testing

@testable import AccessCore
@testable import Daemon

@Suite struct MarkKeyTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "mark-key-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func text(_ key: SymmetricKey) -> String { key.withUnsafeBytes { Data($0).base64EncodedString() } }

    @Test func key_isInAFileOfItsOwn_andTheSameNextTime() async throws {
        let path = try folder() + "/journal.sqlite"
        let journal = try SQLiteJournal(path: path)
        let first = try await AccessMarkKey.read(for: path, journal) { _ in }.key
        #expect(text(try await AccessMarkKey.read(for: path, journal) { _ in }.key) == text(first))
        #expect(try await journal.fact(.accessMarkKey) == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: AccessMarkKey.path(of: path))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try journal.close()
    }

    @Test func key_movesOutOfTheJournal_andNothingOfItStaysThere() async throws {
        let path = try folder() + "/journal.sqlite"
        let old = text(SymmetricKey(size: .bits256))
        let journal = try SQLiteJournal(path: path)
        try await journal.setFact(.accessMarkKey, old)
        var said: [String] = []
        #expect(text(try await AccessMarkKey.read(for: path, journal) { said.append($0) }.key) == old)
        #expect(said.count == 1)
        #expect(text(try await AccessMarkKey.read(for: path, journal) { said.append($0) }.key) == old)
        #expect(said.count == 1)
        try journal.close()
        for file in try FileManager.default.contentsOfDirectory(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path)
        where file != "access-mark-key" {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(file))
            #expect(bytes.range(of: Data(old.utf8)) == nil, "the key is still in \(file)")
        }
    }

    @Test func key_isNotReplaced_whenItsFileIsDamagedOrOpenToOthers() async throws {
        let path = try folder() + "/journal.sqlite"
        let journal = try SQLiteJournal(path: path)
        _ = try await AccessMarkKey.read(for: path, journal) { _ in }
        let file = AccessMarkKey.path(of: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        await #expect(throws: (any Error).self) { try await AccessMarkKey.read(for: path, journal) { _ in } }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        try Data("abc\n".utf8).write(to: URL(fileURLWithPath: file))
        await #expect(throws: (any Error).self) { try await AccessMarkKey.read(for: path, journal) { _ in } }
        try journal.close()
    }

    @Test func keyThatIsMissing_isSaid_untilItIsPutBackOrItsMarksAreOld() async throws {
        let path = try folder() + "/journal.sqlite"
        let journal = try SQLiteJournal(path: path)
        let now = Date()
        func read(_ days: Double = 0) async throws -> HealthProblem? {
            try await AccessMarkKey.read(for: path, journal, now: now.addingTimeInterval(days * 86_400)) { _ in }.problem
        }
        #expect(try await read() == nil)
        let file = URL(fileURLWithPath: AccessMarkKey.path(of: path))
        let old = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        let problem = try #require(try await read())
        #expect(problem.weight == .trouble && problem.sentence.contains("may come again") && problem.sentence.contains("put the file back"))
        #expect(try await read(1)?.weight == .note, "after another start")
        #expect(try await read(31) == nil)
        unlink(file.path)
        #expect(FileManager.default.createFile(atPath: file.path, contents: old, attributes: [.posixPermissions: 0o600]))
        #expect(try await read(1) == nil)
        #expect(try await read(1) == nil)
        try journal.close()
    }

    @Test func keyOfAnOlderBridge_isMissed_onlyWhereThereAreMarks() async throws {
        let path = try folder() + "/journal.sqlite"
        let journal = try SQLiteJournal(path: path)
        #expect(try await AccessMarkKey.read(for: path, journal) { _ in }.problem == nil)
        // An older bridge kept no print of it.
        try await journal.setFact(.accessMarkKeyPrint, "")
        #expect(try await AccessMarkKey.read(for: path, journal) { _ in }.problem == nil)
        try await journal.setFact(.accessMarkKeyPrint, "")
        try await journal.keep([.used(UsedCode(lock: "door-101", mark: "#", at: Date()))])
        unlink(AccessMarkKey.path(of: path))
        #expect(try await AccessMarkKey.read(for: path, journal) { _ in }.problem?.weight == .trouble)
        try journal.close()
    }

    @Test func codeOnALock_isKnownAgain_byTheKeyOfNow() async throws {
        let store = MemoryStore()
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks, store: store).running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code") { await site.service.grants.first?.state == .set }
        }
        store.state.withLock { state in for place in state.kept.grants.indices { state.kept.grants[place].mark = "of another key" } }
        try await SmallSite(clocks, store: store).running { site in
            await eventually("the start") { await site.service.hasLoaded }
            let grants = await site.service.machine?.grants.values.filter { $0.code != nil } ?? []
            #expect(grants.count == 1 && grants.allSatisfy { $0.mark == "#" + String(($0.code ?? "").reversed()) })
        }
    }
}
