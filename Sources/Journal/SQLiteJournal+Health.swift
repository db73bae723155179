// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Synchronization

extension SQLiteJournal {
    /// What is in the way of keeping orders, since when, and what to do; what the last start found missing; jobs that cannot be read.
    public func healthProblems() async -> [HealthProblem] {
        guard lock.withLock({ $0 != nil }) else { return [] }
        var seen: JournalFault?
        do throws(JournalFault) { try watch.check() } catch { seen = error }
        // Nobody may have written since it was deleted: what the bridge knows is copied now.
        if watch.isDeleted { try? await probe() }
        return condition.problems(seen: seen)
    }

    /// What the start found missing, for the log.
    public var findings: [String] { condition.findings }

    /// How many lines the history of all jobs has had; counts on over restarts.
    public var lastPlace: Int64 { head.current.place }

    public func probe() async throws(JournalFault) {
        let name = Fact.journalIdentity.name
        try await commits.perform { db in
            try db.cachedStatement(sql: "UPDATE facts SET value = value WHERE name = ?").execute(arguments: [name])
        }
    }
}
