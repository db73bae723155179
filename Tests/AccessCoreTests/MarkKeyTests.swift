// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import Foundation
import Journal
import Testing

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
        let first = try await AccessMarkKey.read(for: path, journal) { _ in }
        #expect(text(try await AccessMarkKey.read(for: path, journal) { _ in }) == text(first))
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
        #expect(text(try await AccessMarkKey.read(for: path, journal) { said.append($0) }) == old)
        #expect(said.count == 1)
        #expect(text(try await AccessMarkKey.read(for: path, journal) { said.append($0) }) == old)
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
}
