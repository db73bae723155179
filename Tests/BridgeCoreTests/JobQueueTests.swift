// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing

@Suite(.timeLimit(.minutes(6))) struct JobQueueTests {
    /// An encoder that makes every key at once and remembers how many.
    static func quick(_ log: Log) -> FakePort.Device {
        { written, port in
            log.add(written)
            if written == ascii("I") { port.says(ascii("Y")) }
            if written == ascii("O") { port.says(ascii("AD")) }
            if written == ascii("R") { port.says(ascii("r")) }
        }
    }

    @Test func sameExternalID_makesOneJob_howeverOftenItComes() async throws {
        let log = Log()
        let bench = await Bench(device: Self.quick(log))
        let first = try await bench.cut("command-1")
        guard case .known(let again) = try await bench.queue.submit(bench.order("command-1")) else {
            Issue.record("the second order was taken for a new one")
            return
        }
        #expect(again.id == first.id)
        #expect(log.count("O") == 1)
    }

    @Test func orders_areCutInTheirOrder() async throws {
        let bench = await Bench(plugged: false, grace: .seconds(30), device: Self.quick(Log()))
        var ids: [JobID] = []
        for number in 0..<20 {
            guard case .accepted(let job) = try await bench.queue.submit(bench.order("c\(number)")) else { continue }
            ids.append(job.id)
        }
        bench.ports.plug(Bench.port)
        for id in ids { #expect(try await bench.queue.finished(id, within: .seconds(60))?.state == .done) }
        let processed = try await bench.journal.pendingReports(of: .mews, limit: 100).filter { $0.kind == .processed }
        #expect(processed.map(\.jobID) == ids)
    }

    @Test func refusal_isJournalledAndReported_butNeverReachesTheEncoder() async throws {
        let log = Log()
        let bench = await Bench(device: Self.quick(log))
        var request = bench.order("bad")
        request.encoder = "attic"
        guard case .accepted(let job) = try await bench.queue.submit(request) else { return #expect(Bool(false)) }
        #expect(job.state == .failed)
        #expect(job.fault?.kind.technicianAdvice.contains("no encoder is called attic") == true)
        #expect(try await bench.journal.pendingReports(of: .mews, limit: 9).map(\.kind) == [.received, .failed])
        #expect(log.count("O") == 0)
    }

    @Test(arguments: [0, KeyOrder.maximumCopies + 1]) func copies_outOfRange_areRefused(copies: Int) async throws {
        let bench = await Bench(device: Self.quick(Log()))
        guard case .accepted(let job) = try await bench.queue.submit(bench.order(copies: copies)) else { return #expect(Bool(false)) }
        #expect(job.state == .failed)
    }

    /// A key for a stay that is over opens nothing. Of Mews' orders and of cards for check-ins whoever makes them says so, by Mews' clock.
    @Test func order_isRefused_whenItsStayIsOver() async throws {
        let log = Log()
        let bench = await Bench(device: Self.quick(log))
        var request = bench.order("c1")
        request.order.validFrom = .now - 7200
        request.order.validUntil = .now - 3600
        request.origin = .desk
        guard case .accepted(let refused) = try await bench.queue.submit(request) else { return #expect(Bool(false)) }
        #expect(refused.state == .failed && refused.fault?.cause == .stayIsOver)
        for (number, origin) in [JobOrigin.mews, .access].enumerated() {
            request.origin = origin
            request.externalID = "d\(number)"
            guard case .accepted(let taken) = try await bench.queue.submit(request) else { return #expect(Bool(false)) }
            #expect(try await bench.outcome(of: taken.id).state == .done)
        }
    }

    @Test func staleOrder_expires_insteadOfBeingCut() async throws {
        let log = Log()
        let bench = await Bench(device: Self.quick(log))
        guard case .accepted(let job) = try await bench.queue.submit(bench.order(expiresAt: .now - 1)) else { return #expect(Bool(false)) }
        #expect(job.state == .expired)
        #expect(log.count("O") == 0)
    }

    @Test func waitingOrder_failsWithAdvice_whenItsEncoderDoesNotCome() async throws {
        let bench = await Bench(plugged: false, grace: .milliseconds(50), device: Self.quick(Log()))
        let job = try await bench.cut()
        #expect(job.fault?.kind == .offline)
        #expect(job.fault?.card == .untouched)
    }

    @Test func waitingOrder_failsWithTheEncodersOwnFault_whenItCannotBeUsed() async throws {
        let bench = await Bench(plugged: false, grace: .milliseconds(300), device: Self.quick(Log()))
        bench.ports.refuse(Fault(.notPermitted(path: "/dev/ttyTOY0")))
        bench.ports.plug(Bench.port)
        #expect(await bench.reaches(.faulted))
        #expect(try await bench.cut().fault?.kind == .notPermitted(path: "/dev/ttyTOY0"))
    }

    @Test func cancel_takesAWaitingOrderBack() async throws {
        let bench = await Bench(plugged: false, grace: .seconds(30), device: Self.quick(Log()))
        guard case .accepted(let job) = try await bench.queue.submit(bench.order()) else { return #expect(Bool(false)) }
        guard case .cancelled(let after) = try await bench.queue.cancel(job.id, by: "test") else { return #expect(Bool(false)) }
        #expect(after.state == .cancelled)
        guard case .alreadyEnded = try await bench.queue.cancel(job.id, by: "test") else { return #expect(Bool(false)) }
        #expect(try await bench.queue.cancel("nothing", by: "test") == .unknownJob)
    }

    @Test func cancel_stopsAJobThatWaitsForACard() async throws {
        let log = Log()
        let bench = await Bench(driver: ToyDriver(waitsForCard: true), device: Self.quick(log))
        guard case .accepted(let job) = try await bench.queue.submit(bench.order()) else { return #expect(Bool(false)) }
        #expect(await bench.job(job.id, reaches: .waitingForCard))
        guard case .cancelled = try await bench.queue.cancel(job.id, by: "test") else { return #expect(Bool(false)) }
        #expect(log.count("O") == 0)
        #expect(await bench.reaches(.ready))
    }

    @Test func cancel_isTooLate_whenTheOrderIsWithTheEncoder() async throws {
        let bench = await Bench { written, port in port.says(written == ascii("I") ? ascii("Y") : ascii("A")) }
        guard case .accepted(let job) = try await bench.queue.submit(bench.order()) else { return #expect(Bool(false)) }
        #expect(await bench.job(job.id, reaches: .writing))
        guard case .tooLate = try await bench.queue.cancel(job.id, by: "test") else { return #expect(Bool(false)) }
    }

    @Test func restart_goesOnWithQueuedJobs_andReportsInterruptedOnes() async throws {
        let journal = MemoryJournal()
        let log = Log()
        func job(_ id: JobID, _ state: JobState) -> Job {
            Job(
                id: id, encoder: "desk", order: KeyOrder(lockIds: ["1"], validFrom: .now, validUntil: .now + 60), origin: .mews,
                externalID: id.text, state: state, createdAt: .now)
        }
        for (id, state) in [("w", JobState.writing), ("q", .queued), ("c", .waitingForCard)] {
            _ = try await journal.accept(job(JobID(id), state), note: "", reports: [])
        }
        // The interrupted order leaves a question open, which this encoder can answer.
        let driver = ToyDriver(answerTimeout: .milliseconds(100), provesRest: true)
        let bench = await Bench(driver: driver, journal: journal, device: Self.quick(log))
        let found = try await bench.queue.recover()
        #expect(found.goingOn == 2)
        #expect(found.interrupted == 1)
        #expect(try await bench.queue.finished("q", within: .seconds(60))?.state == .done)
        #expect(try await bench.queue.finished("c", within: .seconds(60))?.state == .done)
        let interrupted = try #require(try await bench.queue.job("w"))
        #expect(interrupted.fault == Fault(.interrupted, card: .unknown))
        #expect(log.count("O") == 2)
        let reports = try await journal.pendingReports(of: .mews, limit: 20)
        #expect(reports.first { $0.jobID == "w" }?.kind == .failed)
    }

    @Test func restart_ordersOnlyTheKeysThatAreDue_whereTheLockSystemCountsThem() async throws {
        let journal = MemoryJournal()
        let log = Log()
        let half = Job(
            id: "h", encoder: "desk", order: KeyOrder(lockIds: ["1"], validFrom: .now, validUntil: .now + 60, copies: 3, mode: .copy),
            origin: .mews, externalID: "h", state: .waitingForCard, receipts: [Receipt(copy: 1, verified: false, at: .now)],
            createdAt: .now)
        _ = try await journal.accept(half, note: "", reports: [])
        let bench = await Bench(journal: journal, recovers: true, device: Self.quick(log))
        let job = try await bench.outcome(of: "h")
        #expect(job.state == .done)
        #expect(job.receipts.map(\.copy) == [1, 2, 3])
    }

    @Test func lateAnswer_isNotTheNextJobs_afterARestartInTheMiddleOfACard() async throws {
        let journal = MemoryJournal()
        let cut = Job(
            id: "w", encoder: "desk", order: KeyOrder(lockIds: ["1"], validFrom: .now, validUntil: .now + 60), origin: .mews,
            externalID: "w", state: .writing, createdAt: .now)
        _ = try await journal.accept(cut, note: "", reports: [])
        let bench = await Bench(journal: journal) { written, port in
            // The answer to the order before the restart comes behind the acknowledgement of the new one; that one finds no card.
            port.says(written == ascii("I") ? ascii("Y") : written == ascii("O") ? ascii("ADE") : [])
        }
        try await bench.queue.recover()
        let next = try await bench.cut()
        #expect(next.fault?.kind == .timeout)
        #expect(next.fault?.card == .unknown)
    }

    @Test func timeZone_comesFromThePMS_andSurvivesARestart() async throws {
        let journal = MemoryJournal()
        let bench = await Bench(journal: journal, device: Self.quick(Log()))
        await bench.queue.learnedTimeZone("Europe/Prague")
        #expect(await bench.queue.clock().timeZone.identifier == "Europe/Prague")
        let later = await Bench(journal: journal, device: Self.quick(Log()))
        try await later.queue.recover()
        #expect(await later.queue.clock().timeZone.identifier == "Europe/Prague")
        await later.queue.learnedTimeZone("Mars/Olympus")
        #expect(await later.queue.clock().timeZone.identifier == "Europe/Prague")
    }
}
