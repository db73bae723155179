// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import Journal

@Suite struct JobTests {
    let folder: Folder
    let journal: SQLiteJournal

    init() throws {
        folder = try Folder()
        journal = try SQLiteJournal(path: folder.journal, time: .at { Sample.start })
    }

    @Test func accept_keepsEveryField_exceptThePrompt() async throws {
        var job = Sample.job(externalID: "key-1")
        job.receipts = [Receipt(copy: 1, serial: "04A1", verified: true, at: Sample.start)]
        job.remarks = ["valid until 12:00, rounded up"]
        job.fault = Fault(.heldBy(process: HoldingProcess(pid: 7, name: "other")), card: .unknown, detail: "EBUSY")
        job.prompt = "Put a card on the encoder."
        #expect(try await journal.accept(job, note: "accepted", reports: []) == .accepted(job))
        job.prompt = nil
        #expect(try await journal.job(job.id) == job)
        #expect(try await journal.job(origin: .local, externalID: "key-1") == job)
        #expect(try await journal.trail(of: job.id) == [Sample.line(.queued, "accepted")])
    }

    @Test func job_isNil_whenUnknown() async throws {
        #expect(try await journal.job("nobody") == nil)
        #expect(try await journal.job(origin: .mews, externalID: "nothing") == nil)
        #expect(try await journal.trail(of: "nobody") == [])
    }

    @Test func accept_givesTheFirstJob_whenOriginAndExternalIDAreKnown() async throws {
        let first = Sample.job(externalID: "key-1")
        var second = Sample.job(externalID: "key-1")
        second.order.lockIds = ["999"]
        _ = try await journal.accept(first, note: "accepted", reports: [])
        let again = try await journal.accept(second, note: "accepted", reports: [Sample.report(second, .received)])
        #expect(again == .known(first))
        #expect(try await journal.job(second.id) == nil)
        #expect(try await journal.trail(of: first.id).count == 1)
        #expect(try await journal.outboxDepth() == 0)
    }

    @Test func accept_givesTheJobAsItIsNow_whenItWentOn() async throws {
        var job = Sample.job(externalID: "key-1", origin: .mews)
        _ = try await journal.accept(job, note: "accepted", reports: [])
        job.state = .writing
        _ = try await journal.record(job, trail: Sample.line(.writing, "order sent"), reports: [])
        #expect(try await journal.accept(Sample.job(externalID: "key-1", origin: .mews), note: "again", reports: []) == .known(job))
    }

    @Test func accept_makesTwoJobs_whenOriginsDifferOrThereIsNoExternalID() async throws {
        let jobs = [
            Sample.job(externalID: "1", origin: .mews), Sample.job(externalID: "1", origin: .local), Sample.job(), Sample.job(),
        ]
        for job in jobs { #expect(try await journal.accept(job, note: "accepted", reports: []) == .accepted(job)) }
        #expect(try await journal.unfinished().map(\.id) == jobs.map(\.id))
    }

    @Test func accept_throws_whenTheIDBelongsToAnotherOrder() async throws {
        _ = try await journal.accept(Sample.job("same", externalID: "a"), note: "accepted", reports: [])
        await #expect(throws: JournalFault("job same is in the journal already under another order: use a new id", .request)) {
            try await journal.accept(Sample.job("same", externalID: "b"), note: "accepted", reports: [])
        }
    }

    @Test func record_keepsTransitionTrailAndReportsTogether() async throws {
        var job = Sample.job(externalID: "c", origin: .mews)
        _ = try await journal.accept(job, note: "accepted", reports: [])
        job.state = .waitingForCard
        job.remarks = ["rounded up"]
        let report = Sample.report(job, .processing, progress: 0.5)
        #expect(try await journal.record(job, trail: Sample.line(.waitingForCard, "asked for a card"), reports: [report]) != nil)
        #expect(try await journal.job(job.id) == job)
        #expect(try await journal.trail(of: job.id).map(\.note) == ["accepted", "asked for a card"])
        #expect(try await journal.outboxDepth() == 1)
    }

    @Test func record_keepsNothing_whenOneOfItsReportsCannotBeKept() async throws {
        var job = Sample.job(externalID: "c", origin: .mews)
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let kept = job
        job.state = .writing
        let stray = Sample.report(Sample.job("stray", externalID: "s"), .received)
        await #expect(throws: JournalFault.unknownJob("stray")) {
            try await journal.record(job, trail: Sample.line(.writing, "order sent"), reports: [Sample.report(job, .processing), stray])
        }
        #expect(try await journal.job(job.id) == kept)
        #expect(try await journal.trail(of: job.id).count == 1)
        #expect(try await journal.outboxDepth() == 0)
    }

    @Test(arguments: JobState.allCases.filter(\.isFinal), JobState.allCases)
    func record_leavesTheJob_whenItsKeptStateIsFinal(final: JobState, next: JobState) async throws {
        var job = Sample.job(externalID: "c")
        _ = try await journal.accept(job, note: "accepted", reports: [])
        job.state = final
        job.finishedAt = Sample.start
        #expect(try await journal.record(job, trail: Sample.line(final, "ended"), reports: []) != nil)
        let kept = try await journal.job(job.id)
        job.state = next
        job.fault = Fault(.noCard)
        let taken = try await journal.record(job, trail: Sample.line(next, "late"), reports: [Sample.report(job, .failed)])
        #expect(taken == nil)
        #expect(try await journal.job(job.id) == kept)
        #expect(try await journal.trail(of: job.id).map(\.note) == ["accepted", "ended"])
        #expect(try await journal.outboxDepth() == 0)
        #expect(try await journal.unfinished().isEmpty)
    }

    @Test func recordAndNote_throw_whenTheJobIsUnknown() async throws {
        await #expect(throws: JournalFault.unknownJob("nobody")) {
            try await journal.record(Sample.job("nobody"), trail: Sample.line(.done, "?"), reports: [])
        }
        await #expect(throws: JournalFault.unknownJob("nobody")) { try await journal.note("nobody", Sample.line(.done, "?")) }
    }

    @Test func note_addsALine_whenTheJobHasEnded() async throws {
        let job = Sample.job(state: .failed)
        _ = try await journal.accept(job, note: "refused", reports: [])
        try await journal.note(job.id, Sample.line(.failed, "late answer: CN"))
        #expect(try await journal.trail(of: job.id).map(\.note) == ["refused", "late answer: CN"])
        #expect(try await journal.job(job.id)?.state == .failed)
    }

    @Test func unfinished_keepsTheOrderOfAcceptance_whateverTheirClocksSay() async throws {
        let ages: [TimeInterval] = [50, -700, 3, 0, 9_000]
        let jobs = ages.map { Sample.job(createdAt: Sample.start.addingTimeInterval($0)) }
        for job in jobs { _ = try await journal.accept(job, note: "accepted", reports: []) }
        #expect(try await journal.unfinished().map(\.id) == jobs.map(\.id))
    }

    @Test func jobs_listsNewestFirst_inPages() async throws {
        let ids = (1...7).map { JobID("job-\($0)") }
        for id in ids { _ = try await journal.accept(Sample.job(id), note: "accepted", reports: []) }
        #expect(try await journal.jobs(limit: 3).map(\.id) == ["job-7", "job-6", "job-5"])
        #expect(try await journal.jobs(limit: 3, before: "job-5").map(\.id) == ["job-4", "job-3", "job-2"])
        #expect(try await journal.jobs(limit: 3, before: "job-1") == [])
        #expect(try await journal.jobs(limit: 3, before: "nobody") == [])
        #expect(try await journal.jobs(limit: -1) == [])
    }

    @Test func guestData_leavesTheFile_whenTheJobEnds() async throws {
        var job = Sample.job(externalID: "c")
        _ = try await journal.accept(job, note: "accepted", reports: [])
        #expect(try await journal.job(job.id)?.order.guestName == "Ada Example")
        job.state = .done
        _ = try await journal.record(job, trail: Sample.line(.done, "cut"), reports: [])
        #expect(try await journal.job(job.id)?.order == job.order.scrubbed())
        let refused = Sample.job(state: .failed)
        _ = try await journal.accept(refused, note: "refused", reports: [])
        try journal.close()
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        #expect(file.range(of: Data("R-77".utf8)) != nil)
        #expect(file.range(of: Data("Ada Example".utf8)) == nil)
        #expect(file.range(of: Data("0011aabb".utf8)) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.journal + "-wal"))
    }

    @Test func dates_comeBackToTheMillisecond_andExtremesDoNoHarm() async throws {
        var job = Sample.job(createdAt: Date(timeIntervalSince1970: 1_763_733_600.123_456))
        job.order.validUntil = Date(timeIntervalSince1970: .greatestFiniteMagnitude)
        job.expiresAt = .distantPast
        _ = try await journal.accept(job, note: "accepted", reports: [])
        let kept = try #require(try await journal.job(job.id))
        #expect(kept.createdAt == Date(timeIntervalSince1970: 1_763_733_600.123))
        #expect(kept.expiresAt == .distantPast)
        #expect(kept.order.validUntil > .distantFuture)
        #expect(Date(timeIntervalSince1970: .nan).milliseconds == .max)
        #expect(Date(timeIntervalSince1970: -.infinity).milliseconds == .min)
    }
}
