// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Logging

/// When the journal cannot keep: nothing is begun, nothing leaves the queue that the journal does not have as ended, and all goes on by
/// itself when it can keep again.
extension JobQueue {
    /// How often the journal is tried: soon at first, because what is in the way may be gone in a moment.
    private static let firstPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(5)

    /// A step that must not be taken unless it is kept. The job goes back into the line as soon as its session lets go of it.
    func holdUp(_ id: JobID, _ error: JournalFault) -> Fault {
        // A fault of this job alone does not go away by waiting.
        if error.concernsTheWholeJournal { heldUp.insert(id) }
        recover(from: error)
        return Fault(.rejected(reason: "the bridge cannot keep its journal, so nothing was cut (\(error))"), cause: .noMemory)
    }

    /// A step that was taken: it is kept later. Until then the job looks as it did before, for an end that is told must be one that lasts.
    func wait(_ step: JobStep, _ error: JournalFault) {
        guard error.concernsTheWholeJournal else { return step.job.state.isFinal ? forget(step.job) : () }
        unkept.add(step, error)
        if step.job.state.isFinal { release(step.job) } else { live[step.job.id] = step.job }
        recover(from: error)
    }

    /// Keeps a fact of the queue's own now, or as soon as the journal can.
    func keep(_ fact: Fact, _ text: String) async {
        do throws(JournalFault) {
            try await journal.setFact(fact, text)
            unkept.kept(fact, text)
        } catch {
            logger.error("journal: \(error)", metadata: ["fact": "\(fact.name)"])
            guard error.concernsTheWholeJournal else { return }
            unkept.add(fact, text, error)
            recover(from: error)
        }
    }

    /// A line of a trail that is kept later.
    func wait(_ entry: TrailEntry, about id: JobID, _ error: JournalFault) {
        guard error.concernsTheWholeJournal else { return }
        unkept.add(entry, about: id, error)
        recover(from: error)
    }

    /// - Returns: true when this end is none: only the journal was in the way, nothing was written, and the order waits again.
    func isPutBack(_ job: Job, _ fault: Fault) async -> Bool {
        guard heldUp.remove(job.id) != nil, fault.card == .untouched else { return false }
        // What is in the journal as begun has begun, unless each card of it is accounted for.
        guard !job.state.mayHaveWritten || !job.receipts.isEmpty else { return false }
        guard let entry = desks[job.encoder]?.taken, entry.id == job.id else { return false }
        var job = job
        job.state = .queued
        job.prompt = nil
        live[job.id] = job
        release(job)
        desks[job.encoder]?.waiting.putBack(entry)
        await events.publish(.job(JobDocument(job)))
        await look(job.encoder)
        return true
    }

    /// The journal has a step: what it says is true for everyone now.
    func settle(_ step: JobStep, place: Int64?) async {
        if step.job.state.isFinal || place == nil {
            if place != nil { await sayLateCancel(of: step.job) }
            forget(step.job)
        }
        if place != nil { await announce(step.job, step.reports, place: place) }
    }

    private func recover(from error: JournalFault) {
        guard recovering == nil, error.concernsTheWholeJournal else { return }
        logger.error("nothing is begun until the journal can be written: \(error)")
        recovering = Task { await self.tryUntilKept() }
    }

    private func tryUntilKept() async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            guard (try? await time.sleep(pause)) != nil else { break }
            if await keepWhatIsUnkept() { break }
            pause = min(pause * 2, Self.longestPause)
        }
        recovering = nil
        logger.notice("the journal is written again: orders go on")
        for name in desks.keys.sorted() { await look(name) }
    }

    /// - Returns: whether all is kept.
    private func keepWhatIsUnkept() async -> Bool {
        guard await isKept({ () async throws(JournalFault) in try await journal.probe() }) else { return false }
        // Before any step: a process that takes over in between is on its guard, and knows who cancelled.
        while let (fact, text) = unkept.facts.first {
            guard await isKept({ () async throws(JournalFault) in try await journal.setFact(fact, text) }) else { return false }
            unkept.kept(fact, text)
        }
        while let step = unkept.first {
            do throws(JournalFault) {
                let place = try await journal.record(step.job, trail: step.trail, reports: step.reports)
                unkept.removeFirst()
                await settle(step, place: place)
            } catch {
                unkept.failedAgain(error)
                guard !error.concernsTheWholeJournal else { return false }
                // One job's trouble: it is said, and holds up no other.
                logger.error("journal: \(error)", metadata: ["job": "\(step.job.id)"])
                unkept.removeFirst()
                forget(step.job)
            }
        }
        while let (job, entry) = unkept.notes.first {
            guard await isKept({ () async throws(JournalFault) in try await journal.note(job, entry) }) else { return false }
            unkept.removeFirstNote()
        }
        return true
    }

    /// - Returns: false while the journal as a whole is in the way; the trouble of one line alone holds up no other.
    private func isKept(_ change: () async throws(JournalFault) -> Void) async -> Bool {
        do throws(JournalFault) { try await change() } catch {
            unkept.failedAgain(error)
            logger.error("journal: \(error)")
            return !error.concernsTheWholeJournal
        }
        return true
    }
}
