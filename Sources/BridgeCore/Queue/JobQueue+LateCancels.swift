// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A key that was cancelled when its encoder had the order already: where a card came of it, somebody must take it back.
extension JobQueue {
    /// How long `status` says so.
    private static var shown: Duration { .seconds(3600) }

    /// What is said of a job that has ended; `nil` if nobody wanted it cancelled, or nothing came of it.
    func lateRemark(on job: Job, in words: Words) -> String? {
        guard job.state.isFinal, let whom = late.wishes[job.id.text] else { return nil }
        if job.state == .done { return words(.remarkCutAfterCancel, ["whom": whom]) }
        guard let fault = job.fault, fault.card != .untouched || job.copiesDone > 0 else { return nil }
        return words(.remarkMaybeCutAfterCancel, ["whom": whom])
    }

    /// The end of a job is kept: who wanted it cancelled, and everyone who follows the events, hears of its card.
    func sayLateCancel(of job: Job) async {
        guard let remark = lateRemark(on: job, in: words), let row = lateRemark(on: job, in: .english) else { return }
        let (now, moment) = (time.now(), time.uptime())
        late.cards.removeAll { $0.until <= moment }
        late.cards.append(
            LateCancels.Card(
                job: job.id, encoder: job.encoder, at: now, sentence: "\(row.prefix(1).lowercased())\(row.dropFirst())",
                until: moment + Self.shown))
        let wasSaid = lateSaid[job.id] != nil
        keepLateCancels()
        // The cancel came while the end was written: too late for the job's own words.
        if !wasSaid { await note(remark, about: job.id) }
        await events.publish(.notice(JobNotice(job: job.id, encoder: job.encoder, at: now, advice: lateSaid[job.id] ?? remark)))
    }

    /// Cards that are to be taken back.
    func lateCancelProblems() -> [HealthProblem] {
        let moment = time.uptime()
        return late.cards.filter { $0.until > moment }.map(\.problem)
    }

    /// Keeps them as they are when it is this change's turn. Whoever must know that it is done waits for the task.
    @discardableResult
    func keepLateCancels() -> Task<Void, Never> {
        let task = Task { [before = lateKeeping] in
            await before?.value
            await self.keep(.lateCancels, self.late.text)
        }
        lateKeeping = task
        return task
    }

    /// After a start.
    func recoverLateCancels(of unfinished: [Job]) async throws(JournalFault) {
        guard let text = try await journal.fact(.lateCancels) else { return }
        var kept = LateCancels(text)
        let open = Set(unfinished.map(\.id.text))
        kept.wishes = kept.wishes.filter { open.contains($0.key) }
        // A clock that was put right meanwhile makes it no longer than ever.
        let (now, moment) = (time.now(), time.uptime())
        for index in kept.cards.indices {
            let rest = Self.shown - .seconds(max(0, now.timeIntervalSince(kept.cards[index].at)))
            kept.cards[index].until = moment + rest
        }
        kept.cards.removeAll { $0.until <= moment }
        late = kept
    }
}
