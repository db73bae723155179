// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension JobQueue {
    /// After a start: takes up what the journal holds. Called once, before anything is accepted.
    ///
    /// `queued` and `waitingForCard` go on in their old order; what was being written is `interrupted`, because nobody can know.
    /// Orders that waited longer than they may, the time without the bridge among it, expire.
    /// Orders for an encoder that is configured no longer are refused, not forgotten.
    /// - Returns: how many go on and how many were interrupted.
    @discardableResult
    public func recover() async throws(JournalFault) -> (goingOn: Int, interrupted: Int) {
        if let identifier = try await journal.fact(.timeZone) { learnedZone = TimeZoneName.read(identifier) }
        try await recoverQuestions()
        var goingOn = 0
        var interrupted = 0
        let unfinished = try await journal.unfinished()
        try await recoverLateCancels(of: unfinished)
        for var job in unfinished {
            live[job.id] = job
            if job.state.mayHaveWritten {
                interrupted += 1
                // Before its end is kept: whatever happens in between, the next process is on its guard.
                await desks[job.encoder]?.session?.mayStillAnswer(job.id, until: nil)
                // On a disk that is full now it is kept, and reported, as soon as there is room.
                try? await record(.interrupted, of: job.id)
            } else if desks[job.encoder] == nil {
                await end([job.id], gone(job.encoder))
            } else {
                job.state = .queued
                live[job.id] = job
                // Old by the clock that nobody sets; nobody stands before the encoder any more.
                let left = try await journal.lifeLeft(of: job.id) ?? life
                guard left > .zero else {
                    await end([job.id], Fault(.expired))
                    continue
                }
                goingOn += 1
                desks[job.encoder]?.waiting.add(entry(for: job, asker: job.origin.name, life: left))
                await look(job.encoder)
            }
        }
        return (goingOn, interrupted)
    }
}
