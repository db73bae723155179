// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Journal
import Testing

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
