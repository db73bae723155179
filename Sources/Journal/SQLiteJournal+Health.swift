// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// What is in the way of keeping orders, since when, and what to do; what the last start found missing; jobs that cannot be read.
    public func healthProblems() async -> [HealthProblem] {
        var seen: JournalFault?
        do throws(JournalFault) { try watch.check() } catch { seen = error }
        return condition.problems(seen: seen) + [DiskRoom.problem(of: path)].compactMap(\.self)
    }

    /// What the start found missing, for the log.
    public var findings: [String] { condition.findings }

    public func probe() async throws(JournalFault) {
        let name = Fact.journalIdentity.name
        try await commits.perform { db in
            try db.cachedStatement(sql: "UPDATE facts SET value = value WHERE name = ?").execute(arguments: [name])
        }
    }
}
