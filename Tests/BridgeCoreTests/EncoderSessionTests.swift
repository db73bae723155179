// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Ports
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(6))) struct EncoderSessionTests {
    @Test func job_isDone_whenTheEncoderSaysSo() async throws {
        let bench = await Bench { written, port in port.says(written == ascii("I") ? ascii("Y") : ascii("AD")) }
        let job = try await bench.cut(copies: 2)
        #expect(job.state == .done)
        #expect(job.receipts.map(\.copy) == [1, 2])
        #expect(try await bench.journal.pendingReports(of: .mews, limit: 9).map(\.kind) == [.received, .processing, .processed])
    }

    @Test func journal_holdsWriting_beforeTheOrderGoesOut() async throws {
        let seen = Mutex<[JobState]>([])
        let journal = MemoryJournal()
        let bench = await Bench(journal: journal) { written, port in
            if written == ascii("O") {
                let states = ((try? await journal.unfinished()) ?? []).map(\.state)
                seen.withLock { $0 += states }
            }
            port.says(written == ascii("I") ? ascii("Y") : ascii("AD"))
        }
        _ = try await bench.cut()
        #expect(seen.withLock { $0 } == [.writing])
    }

    @Test func order_isSentAgain_onlyWhenTheEncoderRefusedIt() async throws {
        let log = Log()
        let bench = await Bench { written, port in
            log.add(written)
            if written == ascii("I") { return port.says(ascii("Y")) }
            if written == ascii("O") { port.says(log.count("O") < 3 ? ascii("N") : ascii("AD")) }
        }
        #expect(try await bench.cut().state == .done)
        #expect(log.count("O") == 3)
    }

    @Test func order_isNeverSentAgain_whenItsAnswerIsMissing() async throws {
        let log = Log()
        let bench = await Bench(driver: ToyDriver(answerTimeout: .milliseconds(50))) { written, port in
            log.add(written)
            port.says(written == ascii("I") ? ascii("Y") : ascii("A"))
        }
        let job = try await bench.cut()
        #expect(job.fault?.kind == .timeout)
        #expect(job.fault?.card == .unknown)
        #expect(log.count("O") == 1)
    }

    @Test func busyEncoder_isAskedAgain_untilItTakesTheOrder() async throws {
        let log = Log()
        let bench = await Bench { written, port in
            log.add(written)
            if written == ascii("I") { return port.says(ascii("Y")) }
            if written == ascii("O") { port.says(log.count("O") == 1 ? ascii("AB") : ascii("AD")) }
        }
        let job = try await bench.cut()
        #expect(job.state == .done)
        #expect(log.count("O") == 2)
        let trail = try await bench.journal.trail(of: job.id)
        #expect(trail.contains { $0.note.contains("did not take the order") })
    }

    @Test func pulledCable_failsTheJobAsOfflineUnknown_andTheEncoderComesBack() async throws {
        let log = Log()
        let bench = await Bench { written, port in
            log.add(written)
            if written == ascii("I") { return port.says(ascii("Y")) }
            if written == ascii("O") { log.count("O") == 1 ? port.says(ascii("A")) : port.says(ascii("AD")) }
        }
        guard case .accepted(let job) = try await bench.queue.submit(bench.order()) else { return #expect(Bool(false)) }
        #expect(await bench.job(job.id, reaches: .writing))
        bench.ports.pull(Bench.port)
        let failed = try #require(try await bench.queue.finished(job.id, within: .seconds(60)))
        #expect(failed.fault?.kind == .offline)
        #expect(failed.fault?.card == .unknown)
        #expect(await bench.reaches(.absent))
        bench.ports.plug(DetectedPort(incarnation: .init("2"), kind: .tty, address: "/dev/ttyTOY0"))
        #expect(await bench.reaches(.ready))
        #expect(bench.ports.openings >= 2)
    }

    @Test func silentEncoder_isFaultedOffline_andAskedAgain() async throws {
        let log = Log()
        let bench = await Bench { written, port in
            log.add(written)
            if written == ascii("I"), log.count("I") > 2 { port.says(ascii("Y")) }
        }
        #expect(await bench.reaches(.ready))
        #expect(log.count("I") == 3)
    }

    @Test func refusedPort_isTriedAgain_untilItOpens() async throws {
        let held = Fault(.heldBy(process: HoldingProcess(pid: 9, name: "cat")))
        let bench = await Bench(plugged: false) { _, port in port.says(ascii("Y")) }
        bench.ports.refuse(held)
        bench.ports.plug(Bench.port)
        #expect(await bench.reaches(.faulted))
        #expect(await bench.queue.encoder("desk")?.lastFault?.fault == held)
        bench.ports.refuse(nil)
        #expect(await bench.reaches(.ready))
    }
}
