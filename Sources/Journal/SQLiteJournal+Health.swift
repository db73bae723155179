// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization

extension SQLiteJournal {
    /// What is in the way of keeping orders, since when, and what to do; what the last start found missing; jobs that cannot be read.
    public func healthProblems() async -> [HealthProblem] {
        guard lock.withLock({ $0 != nil }) else { return [] }
        let silent = max(silence.lasts, asideSilence.lasts)
        if silent >= silence.patience { return condition.problems(seen: nil, silent: .silentDisk(path), for: silent) }
        var seen: JournalFault?
        do throws(JournalFault) { try watch.check() } catch { seen = error }
        // Nobody may have written since it was deleted: what the bridge knows is copied now. And where nothing is ordered nobody else finds
        // out that a fault is over. What the try finds it tells the condition.
        if watch.isDeleted || (seen == nil && condition.isToBeTried()) {
            // A disk that says nothing is told from the silence at the next look: nobody waits for it here.
            _ = await waiting(for: { [self] in try? await probe() }, unless: { [silence] in try await silence.runOut() })
        }
        return condition.problems(seen: seen)
    }

    /// What the start found missing, for the log.
    public var findings: [HealthProblem] { condition.findings }

    /// How many lines the history of all jobs has had; counts on over restarts.
    public var lastPlace: Int64 { head.current.place }

    /// Takes as much room as an order does: a disk on which only a small change fits is full for all orders.
    public func probe() async throws(JournalFault) {
        try await commits.perform { db in
            // Another text each time, because a page that does not change is not written.
            let mark = try FactRow.value(db, .probe)?.first == "a" ? "b" : "a"
            try FactRow.set(db, .probe, String(repeating: mark, count: 16_384))
        }
    }
}
