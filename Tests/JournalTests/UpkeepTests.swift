// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import Journal

/// What retention removes, and what it must never remove.
@Suite(.timeLimit(.minutes(6))) struct UpkeepTests {
    private static let day: TimeInterval = 86_400
    let folder: Folder
    init() throws { folder = try Folder() }

    private func open(daysLater days: Double) throws -> SQLiteJournal {
        try SQLiteJournal(path: folder.journal, time: .at { Sample.start.addingTimeInterval(days * Self.day) })
    }

    private func done(_ id: JobID, at date: Date = Sample.start) -> Job {
        var job = Sample.job(id, state: .done, createdAt: date)
        job.finishedAt = date
        return job
    }

    private func ids(_ journal: SQLiteJournal) async throws -> [JobID] { try await journal.jobs(limit: 10).map(\.id) }

    /// A hotel that was closed for more than a year: all its jobs are old.
    @Test func ordersAfterPruning_areFoundAtTheStart() async throws {
        let before = try open(daysLater: 0)
        for number in 0..<5 { _ = try await before.accept(done(JobID("old-\(number)")), note: "accepted", reports: []) }
        try before.close()
        let after = try open(daysLater: 500)
        // Dates the pruning: nothing is removed but by the newest order.
        _ = try await after.accept(done("spring", at: Sample.start.addingTimeInterval(40 * Self.day)), note: "accepted", reports: [])
        #expect(try await after.prune(finishedBefore: .distantFuture) == 5)
        let waiting = Sample.job("waiting")
        _ = try await after.accept(waiting, note: "accepted", reports: [])
        #expect(try await after.unfinished().map(\.id) == ["waiting"])
        try after.close()
        #expect(try await open(daysLater: 500).unfinished() == [waiting])
    }

    @Test func newestJob_isNeverRemoved() async throws {
        let journal = try open(daysLater: 0)
        for id in ["a", "b", "c"] {
            _ = try await journal.accept(
                done(JobID(id), at: Sample.start.addingTimeInterval(-900 * Self.day)), note: "accepted", reports: [])
        }
        #expect(try await journal.prune(finishedBefore: .distantFuture) == 2)
        #expect(try await ids(journal) == ["c"])
    }

    /// A file in which places were given again.
    @Test func unfinishedJobs_areFound_whenTheNoteLiesBehindAllJobs() async throws {
        let journal = try open(daysLater: 0)
        _ = try await journal.accept(Sample.job("waiting"), note: "accepted", reports: [])
        try await journal.setFact(.firstUnfinished, "1000")
        #expect(try await journal.unfinished().map(\.id) == ["waiting"])
        try journal.close()
        let again = try open(daysLater: 0)
        #expect(try await again.unfinished().map(\.id) == ["waiting"])
        #expect(try await again.fact(.firstUnfinished) == "1")
    }

    @Test func pruning_removesNothing_whenTheClockIsYearsAhead() async throws {
        let before = try open(daysLater: 0)
        for id in ["a", "b", "c"] { _ = try await before.accept(done(JobID(id)), note: "accepted", reports: []) }
        try before.close()
        let ahead = try open(daysLater: 3650)
        #expect(try await ahead.prune(finishedBefore: .distantFuture) == 0)
        #expect(try await ids(ahead) == ["c", "b", "a"])
    }

    @Test func upkeep_prunes_whenTheClocksHaveAgreedForARound() async throws {
        let time = VirtualTime()
        let journal = try SQLiteJournal(path: folder.journal, time: time.keeper)
        _ = try await journal.accept(done("old", at: time.now - 500 * Self.day), note: "accepted", reports: [])
        _ = try await journal.accept(done("middle", at: time.now - 300 * Self.day), note: "accepted", reports: [])
        let work = Task { await journal.upkeep(Retention(), time: time.keeper) }
        _ = await time.pass(.seconds(3600))
        #expect(try await ids(journal) == ["middle", "old"])
        // Somebody sets the clock: what this round would call old may be young. An order comes by that clock.
        time.setWallClock(off: 365 * Self.day)
        _ = try await journal.accept(done("late", at: time.now), note: "accepted", reports: [])
        _ = await time.pass(.seconds(5 * 3600 + 60))
        #expect(try await ids(journal) == ["late", "middle", "old"])
        time.setWallClock(off: 0)
        _ = await time.pass(.seconds(6 * 3600))
        #expect(try await ids(journal) == ["late", "middle", "old"])
        #expect(await time.pass(.seconds(6 * 3600 + 60)) { (try? await ids(journal)) == ["late", "middle"] })
        work.cancel()
        await work.value
    }
}
