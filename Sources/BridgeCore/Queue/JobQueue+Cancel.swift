// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

extension JobQueue {
    /// How long a cancel waits for the encoder to let go of an order. No driver takes longer to take one back, and whoever cancels
    /// must get an answer.
    static let cancelPatience: Duration = .seconds(10)

    public func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation {
        guard let job = live[id] else {
            guard let ended = try await journal.job(id) else { return .unknownJob }
            return .alreadyEnded(ended)
        }
        // It has ended one way or another, and the journal does not know yet: nobody is told what may not last.
        if unkept.hasEnded(id) { throw unkept.fault }
        // With some encoders an order can be taken back while they wait for its card.
        let withdrawable = desks[job.encoder]?.status.capabilities.contains(.cancel) == true
        if job.state.mayHaveWritten, !withdrawable { return await isTooLate(job, whom) }
        if desks[job.encoder]?.waiting.remove(id) == true {
            await end([id], Fault(.cancelled, detail: "by \(whom)"))
            if unkept.hasEnded(id) { throw unkept.fault }
        } else {
            // A session has it in hand: it looks before the next thing it does, and never once a card may be written.
            cancelWishes.insert(id)
            await desks[job.encoder]?.session?.nudge()
            await waitForEnd(of: id, withdrawable: withdrawable)
            // It was put back into the line meanwhile (the journal could not keep its next step).
            if live[id] != nil, desks[job.encoder]?.waiting.remove(id) == true {
                await end([id], Fault(.cancelled, detail: "by \(whom)"))
            }
            if unkept.hasEnded(id) { throw unkept.fault }
        }
        guard let after = try await self.job(id) else { return .unknownJob }
        // Who is told that it is too late must not find the rest of the copies cancelled afterwards.
        if !after.state.isFinal {
            cancelWishes.remove(id)
            return await isTooLate(after, whom)
        }
        return after.state == .cancelled ? .cancelled(after) : .alreadyEnded(after)
    }

    /// Until the job has ended, or can no longer be cancelled, or the patience is over; also when its end could not be kept.
    private func waitForEnd(of id: JobID, withdrawable: Bool) async {
        let subscription = await events.subscribe()
        guard isInHand(id, withdrawable) else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await numbered in subscription.events {
                    if case .job(let seen) = numbered.event, seen.id == id, await !self.isInHand(id, withdrawable) { return }
                }
            }
            // The journal may keep the job's end from being told.
            group.addTask {
                let end = self.time.uptime() + Self.cancelPatience
                while self.time.uptime() < end, await self.isInHand(id, withdrawable) {
                    guard (try? await self.time.sleep(.milliseconds(250))) != nil else { return }
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func isInHand(_ id: JobID, _ withdrawable: Bool) -> Bool {
        guard let job = live[id], !unkept.hasEnded(id), cancelWishes.contains(id) else { return false }
        // It is being ended for another reason: that is what this cancel is told.
        if ending.contains(id) { return true }
        return desks[job.encoder]?.current == id && (withdrawable || !job.state.mayHaveWritten)
    }

    /// The encoder has the order and cuts the key when a card comes: whoever gets that card must hear of it.
    private func isTooLate(_ job: Job, _ whom: String) async -> Cancellation {
        if late.wishes.updateValue(whom, forKey: job.id.text) == nil {
            await keepLateCancels().value
            await note("cancelled by \(whom), too late: the order is with the encoder, a card that is put on it is cut", about: job.id)
        }
        return .tooLate(job)
    }
}
