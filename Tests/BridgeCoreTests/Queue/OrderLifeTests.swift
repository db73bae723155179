// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization
import TestKit
import Testing

// SPDX-License-Identifier: Apache-2.0
@testable import BridgeCore

/// How long orders may wait, whatever is done to the clock.
@Suite(.timeLimit(.minutes(6))) struct OrderLifeTests {
    /// A wall clock that can be set; the other one runs as it does.
    private final class WallClock: Sendable {
        private let offset = Mutex<TimeInterval>(0)
        func step(_ seconds: TimeInterval) { offset.withLock { $0 += seconds } }
        var time: Timekeeper {
            let start = ContinuousClock.now
            return Timekeeper(
                now: { Date() + self.offset.withLock { $0 } }, uptime: { ContinuousClock.now - start },
                sleep: { try await Task.sleep(for: $0) })
        }
    }

    private func queue(_ journal: MemoryJournal, _ clock: WallClock, life: Duration) -> JobQueue {
        let status = EncoderStatus(
            name: "desk", state: .absent, driver: "toy", kind: .lockMaker, port: PortStatus(match: "device x"), capabilities: [])
        return JobQueue(
            encoders: [status], journal: journal, timeZone: nil, grace: .seconds(600), life: life, logger: .silent, time: clock.time)
    }

    private func order(_ origin: JobOrigin = .local, expires: Date? = nil) -> JobRequest {
        JobRequest(
            encoder: "desk", order: KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 3600), origin: origin,
            externalID: UUID().uuidString, createdAt: .now, expiresAt: expires)
    }

    @Test func localOrder_expires_whenNobodyComesForItsKey() async throws {
        let queue = queue(MemoryJournal(), WallClock(), life: .milliseconds(50))
        guard case .accepted(let job) = try await queue.submit(order()) else { throw JournalFault("not accepted") }
        #expect(try await queue.finished(job.id, within: .seconds(120))?.state == .expired)
        #expect(await queue.depth == 0)
    }

    @Test(arguments: [-1_209_600, -3600, 3600, 1_209_600] as [TimeInterval])
    func waitingOrders_stay_whenTheClockIsSet(step: TimeInterval) async throws {
        let clock = WallClock()
        let queue = queue(MemoryJournal(), clock, life: .seconds(300))
        guard case .accepted(let local) = try await queue.submit(order()) else { throw JournalFault("not accepted") }
        guard case .accepted(let mews) = try await queue.submit(order(.mews, expires: .now + 300)) else {
            throw JournalFault("not accepted")
        }
        clock.step(step)
        await queue.endOverdue()
        #expect(try await queue.job(local.id)?.state == .queued)
        #expect(try await queue.job(mews.id)?.state == .queued)
        // And an order that comes now has its whole life before it.
        var next = order()
        next.order.validFrom += step
        next.order.validUntil += step
        guard case .accepted(let late) = try await queue.submit(next) else { throw JournalFault("not accepted") }
        #expect(late.state == .queued)
    }

    @Test func ordersThatWaitedTooLong_expire_afterARestart() async throws {
        let journal = MemoryJournal()
        let first = queue(journal, WallClock(), life: .seconds(300))
        var ids: [JobID] = []
        for _ in 0..<4 {
            guard case .accepted(let job) = try await first.submit(order()) else { continue }
            ids.append(job.id)
        }
        await journal.setLifeClock(.now + 12 * 3600)
        let second = queue(journal, WallClock(), life: .seconds(300))
        #expect(try await second.recover().goingOn == 0)
        for id in ids { #expect(try await journal.job(id)?.state == .expired) }
    }
}
