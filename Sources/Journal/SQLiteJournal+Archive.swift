// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Looking back. On a connection of its own, so that years of jobs can be searched while keys are cut.
extension SQLiteJournal {
    public func jobs(_ filter: JobFilter = JobFilter(), limit: Int, before: JobID? = nil) async throws(JournalFault) -> [Job] {
        try await readAside { try JobSearch.jobs($0, filter, limit: limit, before: before) }
    }

    public func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry] {
        try await readAside { try TrailRow.all($0, of: id) }
    }

    public func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange] {
        try await readAside { db in
            try TrailRow.after(db, place, limit: limit).compactMap { seq, job, row in
                do {
                    guard let found = try JobRow.find(db, place: job) else { return nil }
                    return JobChange(place: seq, job: found, entry: try TrailRow.entry(row, of: found.id))
                } catch let fault as JournalFault where fault.trouble == .row {
                    return nil
                }
            }
        }
    }
}
