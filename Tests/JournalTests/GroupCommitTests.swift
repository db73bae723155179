// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Journal

@Suite struct GroupCommitTests {
    let folder: Folder
    let journal: SQLiteJournal

    init() throws {
        folder = try Folder()
        journal = try SQLiteJournal(path: folder.journal)
    }

    @Test func sixtyFourClients_findAllTheirJobs_inTheirOwnOrder() async throws {
        let journal = self.journal
        let perClient = 20
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                group.addTask {
                    for number in 0..<perClient {
                        let job = Sample.job(externalID: "\(client)/\(number)", origin: .mews)
                        let taken = try await journal.accept(job, note: "accepted", reports: [Sample.report(job, .received)])
                        #expect(taken == .accepted(job))
                    }
                }
            }
            try await group.waitForAll()
        }
        try journal.close()
        let reopened = try SQLiteJournal(path: folder.journal)
        let kept = try await reopened.unfinished().compactMap(\.externalID)
        #expect(kept.count == 64 * perClient)
        for client in 0..<64 {
            #expect(kept.filter { $0.hasPrefix("\(client)/") } == (0..<perClient).map { "\(client)/\($0)" })
        }
        let reports = try await reopened.pendingReports(of: .mews, limit: 10_000)
        #expect(reports.map(\.externalID) == kept)
    }

    @Test func changes_shareCommits_whenTheyComeTogether() async throws {
        let journal = self.journal
        let commits = Mutex(0)
        try await journal.database.writeWithoutTransaction { db in
            db.afterEveryCommit { commits.withLock { $0 += 1 } }
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<640 {
                group.addTask {
                    await #expect(throws: Never.self) { try await journal.setFact(.sequence(EncoderName("fact-\(number)")), "x") }
                }
            }
        }
        let count = commits.withLock { $0 }
        #expect(count >= 1 && count < 320, "640 changes took \(count) commits")
    }

    @Test func oneFailingChange_doesNotFailTheOthersOfItsCommit() async throws {
        let journal = self.journal
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        if number.isMultiple(of: 3) {
                            try await journal.note("nobody", Sample.line(.done, "x"))
                        } else {
                            try await journal.setFact(.sequence(EncoderName("\(number)")), "x")
                        }
                        return (number, true)
                    } catch let fault as JournalFault {
                        #expect(fault == JournalFault.unknownJob("nobody"))
                        return (number, false)
                    }
                }
            }
            return try await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        for number in 0..<200 {
            #expect(outcomes[number] == !number.isMultiple(of: 3))
            #expect(try await (journal.fact(.sequence(EncoderName("\(number)"))) != nil) == !number.isMultiple(of: 3))
        }
    }

    @Test func failingChange_undoesWhatItHadDone_amongOthers() async throws {
        let journal = self.journal
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    await #expect(throws: Never.self) { try await journal.setFact(.sequence(EncoderName("good-\(number)")), "x") }
                }
                group.addTask {
                    await #expect(throws: JournalFault("no")) {
                        try await journal.change { db in
                            try db.execute(sql: "INSERT INTO facts VALUES (?, 'x')", arguments: ["bad-\(number)"])
                            throw JournalFault("no")
                        }
                    }
                }
            }
        }
        let names = try await journal.read { try String.fetchAll($0, sql: "SELECT name FROM facts WHERE name LIKE 'sequence.%'") }
        #expect(Set(names) == Set((0..<50).map { "sequence.good-\($0)" }))
    }

    @Test func everyCall_throwsOneSentence_whenTheJournalIsClosed() async throws {
        try journal.close()
        let closed = JournalFault("the journal \(folder.journal) is closed: the bridge is stopping", .closed)
        await #expect(throws: closed) { try await journal.setFact(.sequence(EncoderName("a")), "b") }
        await #expect(throws: closed) { try await journal.fact(.sequence(EncoderName("a"))) }
        await #expect(throws: closed) { try await journal.unfinished() }
    }
}

extension Database {
    fileprivate func afterEveryCommit(_ action: @escaping @Sendable () -> Void) {
        add(transactionObserver: CommitCounter(action), extent: .databaseLifetime)
    }
}

private final class CommitCounter: TransactionObserver {
    private let action: @Sendable () -> Void
    init(_ action: @escaping @Sendable () -> Void) { self.action = action }
    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { action() }
    func databaseDidRollback(_ db: Database) {}
}
