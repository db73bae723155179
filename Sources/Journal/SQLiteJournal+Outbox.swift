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
        let head = head
        try await change { db in
            for sequence in sequences {
                guard let report = try OutboxRow.remove(db, sequence), let note else { continue }
                try TrailRow.insert(db, head, job: report.job, id: report.jobID, at: at, state: report.jobState, note: note)
            }
        }
    }

    /// Harmless when called again: a sequence is never given twice.
    public func delivered(_ sequence: Int64) async throws(JournalFault) {
        let at = now()
        let head = head
        try await change { db in
            guard let report = try OutboxRow.remove(db, sequence) else { return }
            let note = "reported to \(report.origin): \(report.kind)"
            try TrailRow.insert(db, head, job: report.job, id: report.jobID, at: at, state: report.jobState, note: note)
        }
    }

    public func outboxDepth() async throws(JournalFault) -> Int {
        try await read { try OutboxRow.count($0) }
    }

    /// When the oldest order was accepted of which a report still waits; `nil` when none waits.
    public func oldestUndelivered() async throws(JournalFault) -> Date? {
        try await read { try OutboxRow.oldest($0) }
    }

    /// How long the slowest commit took since this was asked last.
    public func longestCommit() -> Duration { commits.longestCommit() }

    public func fact(_ fact: Fact) async throws(JournalFault) -> String? {
        try await read { try FactRow.value($0, fact) }
    }

    public func setFact(_ fact: Fact, _ value: String) async throws(JournalFault) {
        try await change { try FactRow.set($0, fact, value) }
    }
}
