// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension JobQueue {
    /// After a start: takes up what the journal holds. Called once, before anything is accepted.
    ///
    /// `queued` and `waitingForCard` go on in their old order; what was being written is `interrupted`, because nobody can know.
    /// Orders for an encoder that is configured no longer are refused, not forgotten.
    /// - Returns: how many go on and how many were interrupted.
    @discardableResult
    public func recover() async throws(JournalFault) -> (goingOn: Int, interrupted: Int) {
        if let identifier = try await journal.fact("property.timeZone") { learnedZone = TimeZoneName.read(identifier) }
        try await recoverQuestions()
        var goingOn = 0
        var interrupted = 0
        for var job in try await journal.unfinished() {
            live[job.id] = job
            if job.state.mayHaveWritten {
                interrupted += 1
                // Before its end is kept: whatever happens in between, the next process is on its guard.
                await desks[job.encoder]?.session?.mayStillAnswer(job.id, until: nil)
                do throws(Fault) {
                    try await record(.interrupted, of: job.id)
                } catch {
                    throw JournalFault("the journal cannot be written, so interrupted jobs cannot be reported: \(error.advice)")
                }
            } else if desks[job.encoder] == nil {
                await end(job.id, Fault(.rejected(reason: "no encoder is called \(job.encoder) any more"), cause: .noEncoder))
            } else {
                job.state = .queued
                live[job.id] = job
                goingOn += 1
                await enqueue(job)
            }
        }
        return (goingOn, interrupted)
    }
}
