// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension JobQueue {
    public func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation {
        guard let job = live[id] else {
            guard let ended = try await journal.job(id) else { return .unknownJob }
            return .alreadyEnded(ended)
        }
        // With some encoders an order can be taken back while they wait for its card.
        let withdrawable = desks[job.encoder]?.status.capabilities.contains(.cancel) == true
        if job.state.mayHaveWritten, !withdrawable {
            lateCancels[id] = whom
            return .tooLate(job)
        }
        if let place = desks[job.encoder]?.waiting.firstIndex(of: id) {
            desks[job.encoder]?.waiting.remove(at: place)
            await end(id, Fault(.cancelled, detail: "by \(whom)"))
        } else {
            // A session has it in hand: it looks before the next thing it does, and never once a card may be written.
            cancelWishes.insert(id)
            await desks[job.encoder]?.session?.nudge()
            let subscription = await events.subscribe()
            if let now = live[id], withdrawable || !now.state.mayHaveWritten, cancelWishes.contains(id) {
                for await numbered in subscription.events {
                    guard case .job(let seen) = numbered.event, seen.id == id else { continue }
                    if seen.state.isFinal || (seen.state.mayHaveWritten && !withdrawable) { break }
                }
            }
        }
        guard let after = try await self.job(id) else { return .unknownJob }
        // Who is told that it is too late must not find the rest of the copies cancelled afterwards.
        if !after.state.isFinal {
            cancelWishes.remove(id)
            lateCancels[id] = whom
        }
        return switch after.state {
        case .cancelled: .cancelled(after)
        case .writing, .verifying: .tooLate(after)
        default: after.state.isFinal ? .alreadyEnded(after) : .tooLate(after)
        }
    }
}
