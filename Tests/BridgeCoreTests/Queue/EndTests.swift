// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization
import TestKit
import Testing

@testable import BridgeCore

/// Orders that end without an encoder, and what comes in between.
@Suite(.timeLimit(.minutes(6))) struct EndTests {
    /// A value that closures share.
    private final class Slot<Value: Sendable>: Sendable {
        private let held: Mutex<Value>
        init(_ value: Value) { held = Mutex(value) }
        var value: Value { held.withLock { $0 } }
        func set(_ value: Value) { held.withLock { $0 = value } }
    }

    private static let grace: Duration = .seconds(123)

    private static func status(_ state: EncoderState) -> EncoderStatus {
        EncoderStatus(name: "desk", state: state, driver: "toy", kind: .lockMaker, port: PortStatus(match: "device x"), capabilities: [])
    }

    private func order(life: Duration) -> JobRequest {
        JobRequest(
            encoder: "desk", order: KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 3600), origin: .mews,
            externalID: UUID().uuidString, createdAt: .now, life: life)
    }

    @Test(arguments: [true, false]) func cancel_isToldTheEnd_whenTheOrderIsJustBeingEnded(expires: Bool) async throws {
        let (time, journal) = (VirtualTime(), MemoryJournal())
        let queue = JobQueue(
            encoders: [Self.status(.absent)], journal: journal, timeZone: nil, grace: expires ? .seconds(600) : .seconds(10),
            logger: .silent, time: time.keeper)
        var ids: [JobID] = []
        for _ in 0..<2 {
            guard case .accepted(let job) = try await queue.submit(order(life: expires ? .seconds(10) : .seconds(600))) else { continue }
            ids.append(job.id)
        }
        let (first, second) = (ids[0], ids[1])
        let (answer, hasAsked) = (Slot<Cancellation?>(nil), Slot(false))
        await journal.whileWriting { job in
            guard job.id == first, job.state.isFinal, !hasAsked.value else { return }
            hasAsked.set(true)
            Task {
                let told = try? await queue.cancel(second, by: "mews")
                answer.set(told)
            }
            // It has come in before the next order is ended.
            try? await eventually { await queue.wantsCancel(second) || answer.value != nil }
        }
        #expect(await time.pass(.seconds(20)) { answer.value != nil })
        guard case .alreadyEnded(let job) = answer.value else {
            Issue.record("\(String(describing: answer.value))")
            return
        }
        #expect(job.state == (expires ? .expired : .failed))
    }

    @Test func waitingOrder_stays_whenItsEncoderComesBackInTheLastMoment() async throws {
        let (holder, isOver) = (Slot<JobQueue?>(nil), Slot(false))
        var time = Timekeeper.system
        time.sleep = { pause in
            guard pause == Self.grace else { return try await Task.sleep(for: pause) }
            // The encoder is back when the sleep is over already.
            await holder.value?.changed(Self.status(.ready))
            isOver.set(true)
        }
        let journal = MemoryJournal()
        let queue = JobQueue(
            encoders: [Self.status(.absent)], journal: journal, timeZone: nil, grace: Self.grace, logger: .silent, time: time)
        holder.set(queue)
        guard case .accepted(let job) = try await queue.submit(order(life: .seconds(600))) else { throw JournalFault("not accepted") }
        try await eventually { isOver.value }
        // Whatever the end of the grace does is done when the queue has answered this often.
        for _ in 0..<200 { _ = await queue.depth }
        #expect(try await journal.job(job.id)?.state == .queued)
        #expect(await queue.encoder("desk")?.queued == 1)
    }

    @Test func marks_areThoseThatTheJournalKeeps_whenTwoFirstCardsComeAtOnce() async throws {
        for _ in 0..<20 {
            let journal = MemoryJournal()
            let queue = JobQueue(encoders: [], journal: journal, timeZone: nil, logger: .silent)
            let marks = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<4 { group.addTask { await queue.mark(of: "04A1B2C3") } }
                return await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            let later = JobQueue(encoders: [], journal: journal, timeZone: nil, logger: .silent)
            #expect(marks == [await later.mark(of: "04A1B2C3")])
        }
    }

    @Test func errandThatIsRefused_isSaidInTheHotelsWords() async throws {
        let words = Words(.german)
        let queue = JobQueue(encoders: [Self.status(.ready)], journal: MemoryJournal(), timeZone: nil, words: words, logger: .silent)
        for name in ["desk", "attic"] as [EncoderName] {
            do throws(Fault) {
                _ = try await queue.perform(.read, on: name)
                Issue.record("not refused")
            } catch {
                #expect(error.advice == words(.faultRejectedRead))
            }
        }
    }
}
