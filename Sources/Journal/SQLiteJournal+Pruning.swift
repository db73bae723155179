// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// How long a finished job stays at least, whatever ``prune(finishedBefore:)`` is asked: until then the same order that comes
    /// again (an idempotency key, a PMS command) is still known and makes no second key.
    public static let shortestMemory: TimeInterval = 31 * 24 * 3600

    /// So many jobs in one change: an order that comes meanwhile waits for no more.
    private static let handful = 200

    /// Removes jobs that ended before `date`, with their trails; gives their number. Jobs whose reports are not all delivered
    /// stay, and so does everything younger than ``shortestMemory``: by the clock and by the newest order, because a clock that is years
    /// ahead must not empty the journal. The newest job always stays: its place must not be given again. The seals of what goes stay as
    /// long as others go on from them.
    @discardableResult
    public func prune(finishedBefore date: Date) async throws(JournalFault) -> Int {
        guard let newest = try await newestAcceptance() else { return 0 }
        let limit = [date, now() - Self.shortestMemory, newest - Self.shortestMemory].map(\.milliseconds).min() ?? .min
        var removed = 0
        var edge: Int64 = 0
        while let place = try await removeHandful(after: edge, endedBefore: limit, &removed) { edge = place }
        return removed
    }

    private func newestAcceptance() async throws(JournalFault) -> Date? {
        try await readAside { try Int64.fetchOne($0, sql: "SELECT accepted_at FROM jobs ORDER BY place DESC LIMIT 1") }
            .map(Date.init(milliseconds:))
    }

    /// Jobs lie in the order of their acceptance, so the old ones are at the beginning: a handful of young ones ends the search.
    /// - Returns: the place to go on from; `nil` when there is nothing more to remove.
    private func removeHandful(after edge: Int64, endedBefore limit: Int64, _ removed: inout Int) async throws(JournalFault) -> Int64? {
        let (places, last) = try await readAside { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT place, final = 1 AND place < (SELECT MAX(place) FROM jobs) AND COALESCE(finished_at, created_at) < ?2
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = jobs.place) AS goes,
                    accepted_at < ?2 AS isOld FROM jobs WHERE place > ?1 ORDER BY place LIMIT \(Self.handful)
                    """, arguments: [edge, limit])
            let isOver = !rows.contains { $0.number("goes") == 1 || $0.number("isOld") == 1 }
            return (rows.filter { $0.number("goes") == 1 }.compactMap { $0.number("place") }, isOver ? nil : rows.last?.number("place"))
        }
        if !places.isEmpty {
            removed += places.count
            try await change { db in
                for place in places {
                    try db.execute(
                        sql: "INSERT OR IGNORE INTO removed SELECT accepted_seq, accepted_seal FROM jobs WHERE place = ?",
                        arguments: [place])
                    try db.execute(
                        sql: "INSERT OR IGNORE INTO removed SELECT seq, seal FROM trail WHERE job = ?", arguments: [place])
                    try db.execute(
                        sql: "DELETE FROM jobs WHERE place = ? AND final = 1 AND place < (SELECT MAX(place) FROM jobs)", arguments: [place])
                }
                try Self.forgetSeals(db)
            }
        }
        return last
    }

    /// Of the removed lines before the first that is there, only the last one's seal is gone on from.
    private static func forgetSeals(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM removed WHERE seq < (SELECT MAX(seq) FROM removed WHERE seq < MIN(
                COALESCE((SELECT MIN(seq) FROM trail), 9223372036854775807),
                COALESCE((SELECT accepted_seq FROM jobs ORDER BY place LIMIT 1), 9223372036854775807)))
                """)
    }
}
