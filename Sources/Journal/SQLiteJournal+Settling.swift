// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// What is done when nothing happens.
extension SQLiteJournal {
    /// Empties the log, so that no guest's name stays in it, and notes what a start will find. A disk that is full, or someone who reads,
    /// only puts it off until the next quiet moment.
    func settle() async {
        guard (try? watch.check()) != nil else { return }
        let question = silence.ask()
        defer { question.isAnswered() }
        do {
            try await database.writeWithoutTransaction { db in
                defer { question.isAnswered() }
                try self.settle(db)
            }
        } catch {
            quiet.changed { [weak self] in await self?.settle() }
        }
    }

    /// Throws ``Busy`` when someone reads, and the log could not be emptied.
    func settle(_ db: Database) throws {
        try noteFirstUnfinished(db)
        // Not waiting for readers: orders would wait behind.
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = 5000") }
        let isBusy = try watch.whileTheLogIsEmptied { try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") != 0 }
        let mark = head.current
        let identity = try FactRow.value(db, .journalIdentity) ?? ""
        LastSeen(identity: identity, place: mark.place, seal: mark.seal.hex).write(for: path)
        if isBusy { throw Busy() }
    }

    struct Busy: Error {}

    /// Jobs end sooner or later: a start need not look at those before the first that has not.
    private func noteFirstUnfinished(_ db: Database) throws {
        let known = try FactRow.firstUnfinished(db)
        let first =
            try Int64.fetchOne(db, sql: "SELECT place FROM jobs WHERE place >= ? AND final = 0 ORDER BY place LIMIT 1", arguments: [known])
            ?? (try JobRow.lastPlace(db) + 1)
        if first > known { try FactRow.set(db, .firstUnfinished, String(first)) }
    }
}
