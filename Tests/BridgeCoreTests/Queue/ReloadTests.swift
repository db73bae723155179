// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import TestKit
import Testing

@testable import BridgeCore

/// What the queue does when the configuration is read again.
@Suite(.timeLimit(.minutes(6))) struct ReloadTests {
    private static func status(_ state: EncoderState = .absent) -> EncoderStatus {
        EncoderStatus(name: "desk", state: state, driver: "toy", kind: .lockMaker, port: PortStatus(match: "device x"), capabilities: [])
    }

    private func order() -> JobRequest {
        JobRequest(
            encoder: "desk", order: KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 3600), origin: .mews,
            externalID: UUID().uuidString, createdAt: .now, life: .seconds(300))
    }

    @Test func newSession_knowsWhatTheOneBeforeItLeftUnanswered() async throws {
        let driver = ToyDriver(answerTimeout: .milliseconds(80), lateAnswerWindow: .seconds(40))
        let log = Log()
        let device: FakePort.Device = { written, port in
            log.add(written)
            if written == ascii("I") { port.says(ascii("Y")) }
            // The answer behind the second order may be the first one's.
            if written == ascii("O") { port.says(ascii(log.count("O") == 1 ? "A" : "AD")) }
        }
        let bench = await Bench(driver: driver, device: device)
        #expect(try await bench.cut().fault?.card == .unknown)
        bench.work.cancel()
        await bench.work.value
        await bench.queue.reconfigure([Self.status()], untouched: [], timeZone: nil, words: .english)
        let ports = FakePorts(device: device)
        let session = EncoderSession(
            name: "desk", driver: driver, match: .device("/dev/ttyTOY0"), ports: ports, host: bench.queue, logger: .silent,
            patience: .hasty)
        await bench.queue.attach(session)
        let supervisor = Supervisor(
            sessions: [session], matches: ["desk": .device("/dev/ttyTOY0")], ports: ports, logger: .silent)
        let work = Task { await supervisor.run() }
        ports.plug(Bench.port)
        #expect(try await bench.cut().fault?.card == .unknown)
        work.cancel()
        await work.value
    }

    @Test func order_isRefused_whenItsEncoderGoesWhileTheJournalWrites() async throws {
        let journal = MemoryJournal()
        let queue = JobQueue(encoders: [Self.status()], journal: journal, timeZone: nil, logger: .silent)
        await journal.whileWriting { job in
            if job.state == .queued { await queue.reconfigure([], untouched: [], timeZone: nil, words: .english) }
        }
        guard case .accepted(let job) = try await queue.submit(order()) else { throw JournalFault("not accepted") }
        let ended = try #require(try await queue.job(job.id))
        #expect(ended.state == .failed)
        #expect(ended.fault?.cause == .noEncoder)
        #expect(await queue.depth == 0)
    }

    /// The line of an encoder that goes is ended one by one; what comes in between must not join it.
    @Test func order_isRefused_whenItComesWhileTheLineIsEnded() async throws {
        let journal = MemoryJournal()
        let queue = JobQueue(encoders: [Self.status()], journal: journal, timeZone: nil, logger: .silent)
        _ = try await queue.submit(order())
        let late = order()
        await journal.whileWriting { job in
            if job.fault?.cause == .noEncoder, job.externalID != late.externalID { _ = try? await queue.submit(late) }
        }
        await queue.reconfigure([], untouched: [], timeZone: nil, words: .english)
        #expect(try await journal.job(origin: .mews, externalID: try #require(late.externalID))?.state == .failed)
        #expect(await queue.depth == 0)
    }
}
