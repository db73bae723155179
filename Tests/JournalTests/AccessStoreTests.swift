// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct AccessStoreTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func grant(_ code: String?, _ state: Grant.State) -> Grant {
        var grant = Grant(
            id: "s1.door-101", stay: "s1", number: "1001", lock: "door-101", target: "101", isCommon: false,
            window: Window(start: Sample.start, end: Sample.start.addingTimeInterval(86_400)), goal: .on, state: state, since: Sample.start)
        grant.code = code
        grant.mark = "5f2a"
        return grant
    }

    @Test func grants_surviveARestart_andTheirCodesAreGoneWhenTheyAreRemoved() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        let stay = Stay(
            id: "s1", number: "1001", state: .started, resource: "r1", scheduledStart: Sample.start, scheduledEnd: Sample.start,
            updated: Sample.start)
        try await journal.keep([
            .stay(stay), .resource(Resource(id: "r1", name: "101", parent: "r0")), .grant(grant("480172", .set)),
            .used(UsedCode(lock: "door-101", mark: "5f2a", at: Sample.start)), .token(KeptToken(stay: "s1", mark: "5f2a")),
            .note(AccessNoteSample.note),
        ])
        try journal.close()
        let again = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        let kept = try await again.load(since: Sample.start)
        #expect(kept.stays == [stay])
        #expect(kept.resources == [Resource(id: "r1", name: "101", parent: "r0")])
        #expect(kept.grants == [grant("480172", .set)])
        #expect(kept.used == [UsedCode(lock: "door-101", mark: "5f2a", at: Sample.start)])
        #expect(kept.tokens == [KeptToken(stay: "s1", mark: "5f2a")])
        #expect(try await again.notes(limit: 5) == [AccessNoteSample.note])
        try await again.keep([.grant(grant(nil, .removed)), .tokenGone("s1.5f2a")])
        #expect(try await again.load(since: Sample.start).tokens.isEmpty)
        #expect(try await again.load(since: Sample.start.addingTimeInterval(1)).grants.isEmpty)
        try again.close()
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        #expect(file.range(of: Data("480172".utf8)) == nil, "the code is still in the file")
    }

    /// A guest would get a second code, and the first one would stay on the lock for good.
    @Test func grantThatCannotBeRead_isNamed_andIsReplacedOnlyOnPurpose() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        try await journal.keep([.grant(grant("480172", .set)), .token(KeptToken(stay: "s.1", mark: "5f2a")), .note(AccessNoteSample.note)])
        #expect(try await journal.verify().isSound)
        try await journal.change { db in
            try db.execute(sql: "UPDATE access_grants SET json = replace(json, 'window', 'w\u{1}ndow')")
            try db.execute(sql: "UPDATE access_tokens SET json = 'x'")
            try db.execute(sql: "UPDATE access_notes SET json = x'00'")
        }
        let kept = try await journal.load(since: .distantPast)
        #expect(kept.grants.isEmpty && kept.unreadable == ["s1.door-101"])
        #expect(kept.tokens == [KeptToken(stay: "s.1", mark: "5f2a")], "its name says all of it")
        let problem = try #require(await journal.healthProblems().first)
        #expect(problem.weight == .trouble && problem.sentence.contains("encoder-bridge access --retry s1.door-101"))
        let report = try await journal.verify()
        #expect(report.problems.count == 3 && report.problems.contains { $0.contains("row s1.door-101 of access_grants") })
        try await journal.keep([.grant(grant(nil, .removed))])
        #expect(try await journal.load(since: .distantPast).unreadable.isEmpty)
        #expect(await journal.healthProblems().isEmpty)
        try journal.close()
    }

    @Test func whatWaitsForAPerson_stillDoes_afterARestart() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        var waiting = grant("480172", .failed)
        waiting.nextTry = .distantFuture
        try await journal.keep([.grant(waiting)])
        #expect(try await journal.load(since: .distantPast).grants.first?.waitsForAPerson == true)
        try journal.close()
    }

    @Test func oldThings_areForgotten() async throws {
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        try await journal.keep([
            .grant(grant(nil, .removed)), .used(UsedCode(lock: "door-101", mark: "5f2a", at: Sample.start)), .note(AccessNoteSample.note),
        ])
        let later = Sample.start.addingTimeInterval(1)
        try await journal.forget(before: later, codesBefore: Sample.start)
        #expect(
            try await journal.load(since: .distantPast)
                == KeptAccess(used: [UsedCode(lock: "door-101", mark: "5f2a", at: Sample.start)]), "a short log frees no code")
        try await journal.forget(before: later, codesBefore: later)
        #expect(try await journal.load(since: .distantPast) == KeptAccess())
        #expect(try await journal.notes(limit: 5).isEmpty)
    }
}

private enum AccessNoteSample {
    static let note = AccessNote(
        at: Sample.start, kind: .set, grant: "s1.door-101", number: "1001", lock: "door-101",
        text: "The code of reservation 1001 opens 101 (door-101).")
}
