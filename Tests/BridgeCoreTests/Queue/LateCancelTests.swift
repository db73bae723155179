// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import BridgeCore

/// A key that is cancelled when the encoder has its order already.
@Suite(.timeLimit(.minutes(6))) struct LateCancelTests {
    @Test func cardThatIsCutAfterTheCancel_isSaidEverywhere() async throws {
        let (orders, taken) = AsyncStream.makeStream(of: Void.self)
        let bench = await Bench { written, port in
            port.says(written == Array("I".utf8) ? Array("Y".utf8) : Array("A".utf8))
            if written == Array("O".utf8) { taken.yield() }
        }
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .writing))
        guard case .tooLate = try await bench.queue.cancel(id, by: "mews") else { throw JournalFault("not too late") }
        let subscription = await bench.queue.events.subscribe()
        for await _ in orders { break }  // what comes before the order is nobody's answer
        bench.ports.last?.says(Array("D".utf8))
        let job = try await bench.outcome(of: id)
        #expect(job.state == .done)
        #expect(job.remarks.contains { $0.contains("cancelled (by mews)") && $0.contains("take it back") })
        let report = try await bench.journal.pendingReports(of: .mews, limit: 10).last
        #expect(report?.kind == .processed && report?.text?.contains("take it back") == true)
        #expect(await bench.queue.healthProblems().contains { $0.area == .queue && $0.sentence.contains("take it back") })
        #expect(try await bench.journal.trail(of: id).contains { $0.note.hasPrefix("cancelled by mews, too late") })
        for await numbered in subscription.events {
            if case .notice(let notice) = numbered.event {
                #expect(notice.job == id)
                break
            }
        }
    }

    /// The queue with one encoder and no session: the test does what a session does.
    private func queue(_ journal: MemoryJournal, _ time: VirtualTime = VirtualTime(), words: Words = .english) -> JobQueue {
        let status = EncoderStatus(
            name: "desk", state: .ready, driver: "toy", kind: .lockMaker, port: PortStatus(match: "device x"), capabilities: [])
        return JobQueue(encoders: [status], journal: journal, timeZone: nil, words: words, logger: .silent, time: time.keeper)
    }

    /// An order that its encoder has.
    private func begun(_ queue: JobQueue) async throws -> JobID {
        let order = JobRequest(
            encoder: "desk", order: KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 3600), origin: .mews,
            externalID: UUID().uuidString, createdAt: .now, life: .seconds(300))
        guard case .accepted(let job) = try await queue.submit(order) else { throw JournalFault("not accepted") }
        #expect(await queue.nextJob(for: "desk")?.id == job.id)
        try await queue.record(.writing(prompt: nil), of: job.id)
        return job.id
    }

    private func cut(_ id: JobID, _ queue: JobQueue) async throws {
        try await queue.record(.completed([Receipt(copy: 1, verified: false, at: .now)]), of: id)
    }

    private func cancelTooLate(_ id: JobID, _ queue: JobQueue) async throws {
        guard case .tooLate = try await queue.cancel(id, by: "mews") else { throw JournalFault("not too late") }
    }

    @Test func cancelDuringTheLastWrite_isSaid_thoughTheJobHasAnotherRemark() async throws {
        let journal = MemoryJournal()
        let queue = queue(journal)
        let id = try await begun(queue)
        try await queue.record(.remark(.endsLater(given: "12:00", asked: "11:30", .wholeHours)), of: id)
        await journal.whileWriting { job in
            if job.state == .done { _ = try? await queue.cancel(id, by: "mews") }
        }
        let subscription = await queue.events.subscribe()
        try await cut(id, queue)
        #expect(try await journal.trail(of: id).contains { $0.note.contains("take it back") })
        #expect(await queue.healthProblems().contains { $0.sentence.contains("take it back") })
        for await numbered in subscription.events {
            guard case .notice(let notice) = numbered.event else { continue }
            #expect(notice.advice.contains("take it back"))
            break
        }
    }

    @Test func lateCancel_isKnownAfterARestart_andItsRowForAnHour() async throws {
        let journal = MemoryJournal()
        let first = queue(journal)
        let id = try await begun(first)
        try await cancelTooLate(id, first)
        // Killed. The next process finds the job interrupted: a card may carry the key.
        let time = VirtualTime()
        let second = queue(journal, time)
        try await second.recover()
        #expect(try await journal.job(id)?.remarks.contains { $0.contains("take it back") } == true)
        #expect(await second.healthProblems().map(\.subject) == ["desk \(id)"])
        try await eventually { try await journal.fact(.lateCancels)?.contains(id.text) == true }
        let third = queue(journal, time)
        try await third.recover()
        #expect(await third.healthProblems().map(\.subject) == ["desk \(id)"])
        _ = await time.pass(.seconds(3601))
        #expect(await third.healthProblems().isEmpty)
        let fourth = queue(journal, time)
        try await fourth.recover()
        #expect(await fourth.healthProblems().isEmpty)
    }

    @Test(arguments: [-86_400, 86_400] as [TimeInterval]) func row_stands_whenTheClockIsSet(step: TimeInterval) async throws {
        let time = VirtualTime()
        let queue = queue(MemoryJournal(), time)
        let id = try await begun(queue)
        try await cancelTooLate(id, queue)
        try await cut(id, queue)
        time.setWallClock(off: step)
        #expect(await queue.healthProblems().count == 1)
        _ = await time.pass(.seconds(3601))
        #expect(await queue.healthProblems().isEmpty)
    }

    @Test func everyCard_hasARowOfItsOwn() async throws {
        let queue = queue(MemoryJournal())
        for _ in 0..<2 {
            let id = try await begun(queue)
            try await cancelTooLate(id, queue)
            try await cut(id, queue)
        }
        #expect(Set(await queue.healthProblems().map(\.identity)).count == 2)
    }

    @Test func remark_isInTheHotelsLanguage_andTheRowInTheTechnicians() async throws {
        let journal = MemoryJournal()
        let queue = queue(journal, words: Words(.german))
        let id = try await begun(queue)
        try await cancelTooLate(id, queue)
        try await cut(id, queue)
        #expect(try await journal.job(id)?.remarks == [Words(.german)(.remarkCutAfterCancel, ["whom": "mews"])])
        #expect(await queue.healthProblems().first?.sentence.contains("take it back") == true)
    }

    @Test func lateCancel_isKeptLater_whenTheDiskWasFull() async throws {
        let journal = MemoryJournal()
        let time = VirtualTime()
        let queue = queue(journal, time)
        let id = try await begun(queue)
        await journal.fail(JournalFault("the disk is full: make room on it", .full))
        try await cancelTooLate(id, queue)
        await journal.fail(nil)
        #expect(await time.pass(.seconds(10)) { (try? await journal.fact(.lateCancels))?.contains(id.text) == true })
        #expect(
            await time.pass(.seconds(10)) {
                (try? await journal.trail(of: id))?.contains { $0.note.hasPrefix("cancelled by mews, too late") } == true
            })
        #expect(await queue.healthProblems().isEmpty)
    }
}
