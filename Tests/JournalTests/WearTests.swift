// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Journal

/// Keys that needed a second try, as the journal has them.
struct WearTests {
    private static let day: TimeInterval = 86_400

    /// What the journal takes for now.
    private final class Clock: Sendable {
        private let date: Mutex<Date>
        init(_ date: Date) { self.date = Mutex(date) }
        var now: Date { date.withLock { $0 } }
        func set(_ new: Date) { date.withLock { $0 = new } }
    }

    /// Keeps a job that was accepted and ended at that moment.
    private func keep(
        _ journal: SQLiteJournal, at date: Date, _ state: JobState, fault: FaultKind? = nil, cards: Int = 0, origin: JobOrigin = .local
    ) async throws {
        var job = Sample.job(origin: origin, createdAt: date)
        _ = try await journal.accept(job, note: "accepted", reports: [])
        job.state = state
        job.fault = fault.map { Fault($0) }
        job.receipts = (0..<cards).map { Receipt(copy: $0 + 1, verified: true, at: date) }
        job.finishedAt = date
        _ = try await journal.record(job, trail: Sample.line(state, "ended", at: date), reports: [])
    }

    @Test func keys_areCountedByDay_withThoseThatDidNotComeOut_alsoAfterARestart() async throws {
        let folder = try Folder()
        let clock = Clock(Sample.start)
        var journal = try SQLiteJournal(path: folder.journal, time: .at { clock.now })
        for (days, work) in [
            (-10.0, [(JobState.failed, FaultKind.verifyFailed as FaultKind?, 0)]),
            (-2.0, [(.done, nil, 2), (.failed, .verifyFailed, 1), (.failed, .noCard, 0), (.cancelled, .cancelled, 0)]),
            (0.0, [(.done, nil, 1), (.failed, .timeout, 0)]),
        ] {
            clock.set(Sample.start + days * Self.day)
            for (state, fault, cards) in work { try await keep(journal, at: clock.now, state, fault: fault, cards: cards) }
        }
        try await keep(journal, at: clock.now, .failed, fault: .notWritable, origin: .testCard)
        try journal.close()
        journal = try SQLiteJournal(path: folder.journal, time: .at { clock.now })
        let days = try await journal.wear(since: Sample.start - 7 * Self.day)
        #expect(days.map(\.keys) == [4, 2] && days.map(\.secondTries) == [1, 1])
        #expect(days.map(\.encoder.text) == ["front-desk", "front-desk"])
        let week = EncoderWear(days, now: Sample.start).encoders["front-desk"]
        #expect(week?.keys == 6 && week?.secondTries == 2)
        try journal.close()
    }

    /// A lock maker's encoder waits for its lock system, and for a card.
    @Test func lateAnswer_isNoWear_whereALockSystemMakesTheKey() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        try await keep(journal, at: Sample.start, .failed, fault: .timeout)
        try await keep(journal, at: Sample.start, .failed, fault: .verifyFailed)
        #expect(try await journal.wear(since: Sample.start - Self.day).map(\.secondTries) == [2])
        #expect(try await journal.wear(since: Sample.start - Self.day, lockMakers: ["front-desk"]).map(\.secondTries) == [1])
        try journal.close()
    }

    @Test func wear_staysAsItWasSeenLast_whenTheJournalCannotBeRead() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        for _ in 0..<3 { try await keep(journal, at: Sample.start, .failed, fault: .verifyFailed) }
        let look = WearLook(journal) { [] }
        let seen = await look.wear(now: Sample.start)
        #expect(seen.problems(of: ["front-desk"]).count == 1)
        try journal.close()
        #expect(await look.wear(now: Sample.start + 3600) == seen)
        #expect(await WearLook(journal) { [] }.wear(now: Sample.start) == .none)
    }

    @Test func rowThatCannotBeRead_isNoWear_andStopsNothing() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
        try await keep(journal, at: Sample.start, .done, cards: 1)
        try await keep(journal, at: Sample.start, .failed, fault: .verifyFailed)
        try await journal.change { try $0.execute(sql: "UPDATE jobs SET receipts_json = '{', fault_json = '{' WHERE state = 'failed'") }
        #expect(try await journal.wear(since: Sample.start - Self.day).map(\.keys) == [1])
        try journal.close()
    }
}
