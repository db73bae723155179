// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import TestKit
import Testing

@testable import BridgeCore

/// An order that was not answered, and every order in which answers can come afterwards: over the session, the queue and restarts.
@Suite(.timeLimit(.minutes(6))) struct OpenQuestionTests {
    /// What comes of the order behind the unanswered one.
    struct Row: Sendable, CustomTestStringConvertible {
        /// What the encoder says before the second order, to R (where it is asked), and to O.
        var early = "", rest = "", answers: String
        var outcome: String
        var restarts = 0
        var testDescription: String { "'\(early)', R '\(rest)', O '\(answers)', \(restarts) restarts: \(outcome)" }
    }

    /// No question shows that the encoder is free: no answer proves its order, whichever and how many come.
    private static let unproven = [
        Row(answers: "A", outcome: "timeout unknown"), Row(answers: "AD", outcome: "timeout unknown"),
        Row(answers: "AE", outcome: "timeout unknown"), Row(answers: "ADD", outcome: "timeout unknown"),
        Row(answers: "ADE", outcome: "timeout unknown"), Row(answers: "DA", outcome: "timeout unknown"),
        Row(answers: "DAD", outcome: "timeout unknown"), Row(early: "D", answers: "AD", outcome: "timeout unknown"),
        Row(early: "DD", answers: "AE", outcome: "timeout unknown"), Row(early: "D", answers: "A", outcome: "timeout unknown"),
        // A refusal may come late too: sent again, this order would make a second card.
        Row(answers: "N", outcome: "timeout unknown"), Row(answers: "NAD", outcome: "timeout unknown"),
    ]
    /// It says that it is free: what comes behind is its order's own.
    private static let proven = [
        Row(rest: "r", answers: "AD", outcome: "done"), Row(rest: "r", answers: "AE", outcome: "noCard untouched"),
        Row(rest: "r", answers: "A", outcome: "timeout unknown"), Row(rest: "Dr", answers: "AD", outcome: "done"),
        Row(rest: "DDr", answers: "AD", outcome: "done"), Row(early: "D", rest: "Dr", answers: "AD", outcome: "done"),
        // The card that lay there when the earlier answer came may carry the earlier key.
        Row(rest: "Dr", answers: "AE", outcome: "noCard unknown"),
        // Too busy for the earlier order, which a slow network brought only now: this one is in its hands.
        Row(rest: "r", answers: "AB", outcome: "timeout unknown"), Row(rest: "r", answers: "ABD", outcome: "timeout unknown"),
        Row(rest: "r", answers: "N", outcome: "timeout unknown"), Row(rest: "D", answers: "AD", outcome: "timeout unknown"),
    ]

    @Test(
        arguments: (unproven + proven).flatMap { row in
            (0...2).map { Row(early: row.early, rest: row.rest, answers: row.answers, outcome: row.outcome, restarts: $0) }
        })
    func answer_neverMakesMoreThanIsProven(row: Row) async throws {
        let log = Log()
        let journal = MemoryJournal()
        let driver = ToyDriver(answerTimeout: .milliseconds(80), lateAnswerWindow: .seconds(40), provesRest: !row.rest.isEmpty)
        let patience = Patience(busyPause: .milliseconds(20), rest: .milliseconds(200), afterDamage: .milliseconds(60))
        func bench(recovers: Bool) async -> Bench {
            await Bench(driver: driver, journal: journal, recovers: recovers, patience: patience) { written, port in
                log.add(written)
                switch written {
                case ascii("I"): port.says(ascii("Y"))
                case ascii("R"): port.says(ascii(row.rest))
                case ascii("O"): port.says(ascii(log.count("O") == 1 ? "A" : row.answers))
                default: break
                }
            }
        }
        var site = await bench(recovers: false)
        let first = try await site.cut()
        #expect(first.fault?.card == .unknown)
        for _ in 0..<row.restarts {
            site.work.cancel()
            await site.work.value
            site = await bench(recovers: true)
        }
        #expect(await site.reaches(.ready))
        if !row.early.isEmpty {
            site.ports.last?.says(ascii(row.early))
            try await eventually { log.count("a") == row.early.count }
        }
        let second = try await site.cut()
        let word = second.fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? second.state.rawValue
        #expect(word == row.outcome)
        #expect(log.count("O") == 2)
        if (row.early + row.rest + row.answers).contains("D") || row.answers.contains("AE"), row.rest.isEmpty || row.rest.contains("D") {
            let trail = try await journal.trail(of: first.id)
            #expect(trail.count { $0.note.contains("after the bridge had given up") } == 1)
        }
    }

    @Test func killedProcess_leavesTheQuestionOpen_untilTheEncoderIsAtRest() async throws {
        let log = Log()
        let journal = MemoryJournal()
        let order = KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 60)
        _ = try await journal.accept(
            Job(id: "w", encoder: "desk", order: order, origin: .mews, externalID: "w", state: .writing, createdAt: .now), note: "",
            reports: [])
        let bench = await Bench(driver: ToyDriver(provesRest: true), journal: journal, recovers: true) { written, port in
            log.add(written)
            switch written {
            case ascii("I"): port.says(ascii("Y"))
            case ascii("R"): port.says(ascii("r"))
            case ascii("O"): port.says(ascii("AD"))
            default: break
            }
        }
        #expect(try await bench.cut().state == .done)
        #expect(try await bench.cut().state == .done)
        #expect(log.count("R") == 1, "asked once: the answer closes the question")
        #expect(try await journal.fact(.unanswered("desk"))?.hasPrefix("w ") == true, "what was on its way to it then may still arrive")
    }

    /// A reading that timed out says late that there was no card: the order behind it is still in the encoder's hand.
    @Test(arguments: 0...1) func lateAnswerOfAnErrand_endsNoOrder(restarts: Int) async throws {
        let log = Log()
        let journal = MemoryJournal()
        let driver = ToyDriver(answerTimeout: .milliseconds(80), lateAnswerWindow: .seconds(40))
        func bench(recovers: Bool) async -> Bench {
            await Bench(
                driver: driver, journal: journal, recovers: recovers,
                patience: Patience(busyPause: .milliseconds(20), rest: .milliseconds(200), afterDamage: .milliseconds(60))
            ) { written, port in
                log.add(written)
                switch written {
                case ascii("I"): port.says(ascii("Y"))
                case ascii("Q"): port.says(ascii("A"))
                case ascii("O"): port.says(ascii("AE"))
                default: break
                }
            }
        }
        var site = await bench(recovers: false)
        #expect(await site.reaches(.ready))
        await #expect(throws: Fault.self) { try await site.queue.perform(.read, on: "desk") }
        for _ in 0..<restarts {
            site.work.cancel()
            await site.work.value
            site = await bench(recovers: true)
        }
        #expect(await site.reaches(.ready))
        let order = try await site.cut()
        #expect(order.fault?.card == .unknown, "the answer may be that of the reading: \(String(describing: order.fault))")
        #expect(log.count("O") == 1)
    }

    /// The clock was set while the bridge was away: the encoder may still answer all the same.
    @Test(arguments: [-86_400, -1, 86_400] as [TimeInterval]) func question_staysOpenForItsWholeTime_whenItsEndCannotBeTrue(
        from now: TimeInterval
    ) async throws {
        let time = VirtualTime()
        let bench = await Bench(driver: ToyDriver(lateAnswerWindow: .seconds(10)), plugged: false, time: time.keeper) { _, _ in }
        await bench.session.mayStillAnswer("w", until: time.now + now)
        let end = Int((time.now + 10).timeIntervalSince1970.rounded(.up))
        #expect(try await bench.journal.fact(.unanswered("desk")) == "w \(end)")
    }

    @Test func question_isForgottenAtTheStop_whenItsTimeIsOver() async throws {
        let time = VirtualTime()
        let bench = await Bench(driver: ToyDriver(lateAnswerWindow: .seconds(10)), plugged: false, time: time.keeper) { _, _ in }
        await bench.session.mayStillAnswer("w", until: nil)
        _ = await time.pass(.seconds(11))
        bench.work.cancel()
        await bench.work.value
        #expect(try await bench.journal.fact(.unanswered("desk")) == "")
    }

    @Test func busyEncoder_endsTheJobUntouched_withinThePromise() async throws {
        let time = VirtualTime()
        let bench = await Bench(driver: ToyDriver(), time: time.keeper, patience: .standard) { written, port in
            port.says(written == ascii("I") ? ascii("Y") : ascii("AB"))
        }
        let job = try await bench.ended(in: time)
        #expect(job.fault?.kind == .busy)
        #expect(job.fault?.card == .untouched)
        #expect(try #require(job.finishedAt).timeIntervalSince(job.createdAt) <= 20)
    }

    @Test func silentEncoder_endsTheJob_withinThePromise() async throws {
        let time = VirtualTime()
        let bench = await Bench(driver: ToyDriver(answerTimeout: .seconds(60)), time: time.keeper, patience: .standard) { written, port in
            port.says(written == ascii("I") ? ascii("Y") : ascii("A"))
        }
        let job = try await bench.ended(in: time)
        #expect(job.fault?.kind == .timeout)
        #expect(job.fault?.card == .unknown)
        #expect(try #require(job.finishedAt).timeIntervalSince(job.createdAt) <= 20)
        // Nor does the next one wait longer, though the first may still be answered.
        let next = try await bench.ended(in: time)
        #expect(next.fault?.card == .unknown)
        #expect(try #require(next.finishedAt).timeIntervalSince(next.createdAt) <= 20)
    }

    @Test func stop_givesTheOrderItsLastWord_andEndsInFiveSeconds() async throws {
        let time = VirtualTime()
        let bench = await Bench(driver: ToyDriver(answerTimeout: .seconds(60)), time: time.keeper, patience: .standard) { written, port in
            port.says(written == ascii("I") ? ascii("Y") : ascii("A"))
        }
        let job = try await bench.submit()
        #expect(await time.pass(.seconds(5)) { (try? await bench.queue.job(job))?.state == .writing })
        let begin = time.uptime
        bench.work.cancel()
        #expect(await time.pass(.seconds(60)) { (try? await bench.queue.job(job))?.state.isFinal == true })
        #expect(time.uptime - begin <= .seconds(5))
        #expect(try await bench.queue.job(job)?.fault == Fault(.interrupted, card: .unknown, detail: "the bridge stops"))
        #expect(try await bench.journal.fact(.unanswered("desk"))?.hasPrefix(job.text) == true)
        await bench.work.value
    }

    @Test func everyOutage_isDated_andOverWhenTheEncoderIsBack() async throws {
        let time = VirtualTime()
        let bench = await Bench(time: time.keeper) { written, port in port.says(written == ascii("I") ? ascii("Y") : ascii("AD")) }
        for plug in 1...3 {
            #expect(await time.pass(.seconds(5)) { await bench.queue.encoder("desk")?.state == .ready })
            #expect(await bench.queue.encoder("desk")?.lastFault == nil)
            _ = await time.pass(.seconds(3600))
            let before = time.now
            bench.ports.pull(DetectedPort(incarnation: .init("\(plug)"), kind: .tty, address: "/dev/ttyTOY0"))
            #expect(await time.pass(.seconds(5)) { await bench.queue.encoder("desk")?.state == .absent })
            #expect(try #require(await bench.queue.encoder("desk")?.lastFault?.at) >= before)
            bench.ports.plug(DetectedPort(incarnation: .init("\(plug + 1)"), kind: .tty, address: "/dev/ttyTOY0"))
        }
    }

    @Test func cancelThatComesTooLate_isSaidWithTheCard() async throws {
        let log = Log()
        let bench = await Bench { written, port in
            log.add(written)
            port.says(written == ascii("I") ? ascii("Y") : ascii("A"))
        }
        let job = try await bench.submit()
        try await eventually { log.count("O") == 1 }
        let cancellation = try await bench.queue.cancel(job, by: "the PMS")
        guard case .tooLate = cancellation else {
            Issue.record("\(cancellation)")
            return
        }
        bench.ports.last?.says(ascii("D"))
        let done = try await bench.outcome(of: job)
        #expect(done.state == .done)
        #expect(done.remarks.contains { $0.contains("take it back") })
        #expect(await bench.queue.lateCancelProblems().count == 1)
    }
}

extension Bench {
    /// Orders a key and lets time pass until its end.
    func ended(in time: VirtualTime) async throws -> Job {
        var request = order()
        request.createdAt = time.now
        guard case .accepted(let job) = try await queue.submit(request) else { throw JournalFault("not a new order") }
        // In small steps: while everybody works and nobody sleeps, time jumps to the end of a step.
        for _ in 0..<240 where (try await queue.job(job.id))?.state.isFinal != true {
            _ = await time.pass(.milliseconds(500)) { (try? await queue.job(job.id))?.state.isFinal == true }
        }
        return try #require(try await queue.job(job.id))
    }
}
