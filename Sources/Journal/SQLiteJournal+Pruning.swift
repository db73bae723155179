// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// How long a finished job stays at least, whatever ``prune(finishedBefore:)`` is asked: until then the same order that comes
    /// again (an idempotency key, a PMS command) is still known and makes no second key.
    public static let shortestMemory: TimeInterval = 31 * 24 * 3600

    /// Removes jobs that ended before `date`, with their trails; gives their number. Jobs whose reports are not all delivered
    /// stay, and so does everything younger than ``shortestMemory``.
    @discardableResult
    public func prune(finishedBefore date: Date) async throws(JournalFault) -> Int {
        let limit = min(date.milliseconds, now().addingTimeInterval(-Self.shortestMemory).milliseconds)
        return try await change { db in
            let statement = try db.cachedStatement(
                sql: """
                    DELETE FROM jobs WHERE final = 1 AND COALESCE(finished_at, created_at) < ?
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = jobs.place)
                    """)
            try statement.execute(arguments: [limit])
            return db.changesCount
        }
    }
}
