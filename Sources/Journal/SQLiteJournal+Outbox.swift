// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// The outbox of reports, and facts about the property.
extension SQLiteJournal {
    public func pendingReports(of origin: JobOrigin, after sequence: Int64, limit: Int) async throws(JournalFault) -> [Report] {
        try await read { try OutboxRow.pending($0, of: origin, after: sequence, limit: limit) }
    }

    public func dropReports(_ sequences: [Int64], note: String?) async throws(JournalFault) {
        let at = now()
        try await change { db in
            for sequence in sequences {
                guard let report = try OutboxRow.remove(db, sequence), let note else { continue }
                try TrailRow.insert(db, job: report.job, at: at, state: report.jobState, note: note)
            }
        }
    }

    /// Takes a report out of the outbox and leaves a line in its job's trail. Harmless when called again: a sequence is never
    /// given twice.
    public func delivered(_ sequence: Int64) async throws(JournalFault) {
        let at = now()
        try await change { db in
            guard let report = try OutboxRow.remove(db, sequence) else { return }
            try TrailRow.insert(db, job: report.job, at: at, state: report.jobState, note: "reported to \(report.origin): \(report.kind)")
        }
    }

    public func outboxDepth() async throws(JournalFault) -> Int {
        try await read { try OutboxRow.count($0) }
    }

    public func fact(_ name: String) async throws(JournalFault) -> String? {
        try await read { db in
            try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM facts WHERE name = ?"), arguments: [name])
        }
    }

    public func setFact(_ name: String, _ value: String) async throws(JournalFault) {
        try await change { db in
            try db.cachedStatement(
                sql: "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            ).execute(arguments: [name, value])
        }
    }
}
