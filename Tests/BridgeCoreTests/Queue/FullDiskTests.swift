// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

/// What becomes of orders when the journal cannot keep anything for a while.
@Suite(.timeLimit(.minutes(6))) struct FullDiskTests {
    private static let full = JournalFault("the disk is full: make room on it", .full)

    @Test func ordersStayAndGoOnByThemselves_whenTheDiskWasFull() async throws {
        let log = Log()
        let bench = await Bench(plugged: false, grace: .seconds(60), device: JobQueueTests.quick(log))
        var ids: [JobID] = []
        for number in 0..<8 {
            guard case .accepted(let job) = try await bench.queue.submit(bench.order("c\(number)")) else { continue }
            ids.append(job.id)
        }
        await bench.journal.fail(Self.full)
        bench.ports.plug(Bench.port)
        #expect(await bench.reaches(.ready))
        let stuck = try #require(try await bench.queue.finished(ids[0], within: .milliseconds(400)))
        #expect(!stuck.state.isFinal)
        #expect(log.count("O") == 0)
        #expect(await bench.queue.depth == 8)
        await bench.journal.fail(nil)
        for id in ids { #expect(try await bench.outcome(of: id).state == .done) }
        #expect(log.count("O") == 8)
        let processed = try await bench.journal.pendingReports(of: .mews, limit: 100).filter { $0.kind == .processed }
        #expect(processed.map(\.jobID) == ids)
        #expect(await bench.queue.healthProblems().isEmpty)
    }

    @Test func cardThatWasCut_isReported_whenTheDiskWasFullAtItsEnd() async throws {
        let journal = MemoryJournal()
        let bench = await Bench(journal: journal) { written, port in
            if written == Array("I".utf8) { port.says(Array("Y".utf8)) }
            guard written == Array("O".utf8) else { return }
            // The disk fills between the order and its answer.
            Task {
                await journal.fail(Self.full)
                port.says(Array("AD".utf8))
            }
        }
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .writing))
        let before = try #require(try await bench.queue.finished(id, within: .milliseconds(500)))
        #expect(!before.state.isFinal)
        #expect(await !bench.queue.healthProblems().isEmpty)
        await journal.fail(nil)
        #expect(try await bench.outcome(of: id).state == .done)
        #expect(try await journal.job(id)?.state == .done)
    }

    @Test func openQuestion_isKeptLater_whenTheDiskWasFull() async throws {
        let journal = MemoryJournal()
        let bench = await Bench(driver: ToyDriver(answerTimeout: .milliseconds(50)), journal: journal) { written, port in
            if written == Array("I".utf8) { port.says(Array("Y".utf8)) }
            guard written == Array("O".utf8) else { return }
            await journal.fail(Self.full)
            port.says(Array("A".utf8))
        }
        let id = try await bench.submit()
        try await eventually { await bench.queue.healthProblems().contains { $0.sentence.contains("2 steps") } }
        await journal.fail(nil)
        #expect(try await bench.outcome(of: id).fault?.card == .unknown)
        #expect(try await journal.fact(.unanswered("desk"))?.hasPrefix(id.text) == true)
        #expect(await bench.queue.healthProblems().isEmpty)
    }

    @Test func cancel_answers_whenTheDiskIsFull_andTheKeyIsNotCut() async throws {
        let log = Log()
        let bench = await Bench(plugged: false, grace: .seconds(60), device: JobQueueTests.quick(log))
        let id = try await bench.submit()
        await bench.journal.fail(Self.full)
        await #expect(throws: Self.full) { try await bench.queue.cancel(id, by: "mews") }
        await #expect(throws: Self.full) { try await bench.queue.cancel(id, by: "mews") }
        await bench.journal.fail(nil)
        bench.ports.plug(Bench.port)
        #expect(try await bench.outcome(of: id).state == .cancelled)
        #expect(log.count("O") == 0)
    }

    @Test func cancelOfAJobThatWaitsForACard_answers_whenTheDiskIsFull() async throws {
        let log = Log()
        let bench = await Bench(driver: ToyDriver(waitsForCard: true), device: JobQueueTests.quick(log))
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .waitingForCard))
        await bench.journal.fail(Self.full)
        await #expect(throws: JournalFault.self) { try await bench.queue.cancel(id, by: "mews") }
        await bench.journal.fail(nil)
        #expect(try await bench.outcome(of: id).state == .cancelled)
        #expect(log.count("O") == 0)
        #expect(await bench.reaches(.ready))
    }

    @Test func interruptedJob_isReportedLater_whenTheDiskIsFullAtTheStart() async throws {
        let journal = MemoryJournal()
        let cut = Job(
            id: "w", encoder: "desk", order: KeyOrder(lockIds: ["1"], validFrom: .now, validUntil: .now + 60), origin: .mews,
            externalID: "w", state: .writing, createdAt: .now)
        _ = try await journal.accept(cut, note: "", reports: [])
        let bench = await Bench(plugged: false, journal: journal, device: JobQueueTests.quick(Log()))
        let found = try await bench.queue.recover()
        #expect(found.interrupted == 1)
        #expect(try await bench.outcome(of: "w").fault?.kind == .interrupted)
    }
}
