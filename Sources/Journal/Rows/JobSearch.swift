// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// Jobs that a filter wants, from the newest backwards. No index is kept for it: each would be another page to flush for every order, and
/// the newest jobs, which people look for, are found first.
enum JobSearch {
    static func jobs(_ db: Database, _ filter: JobFilter, limit: Int, before: JobID?) throws -> [Job] {
        var found: [Job] = []
        guard limit > 0 else { return found }
        let edge = try before.map { try JobRow.place(db, of: $0) ?? 0 } ?? .max
        var conditions = ["place < ?"]
        var arguments: StatementArguments = [edge]
        func want(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        want("encoder = ?", filter.encoder?.text)
        want("state = ?", filter.state?.rawValue)
        want("accepted_at >= ?", filter.from?.milliseconds)
        want("accepted_at < ?", filter.until?.milliseconds)
        // The text is looked for first, the order itself is read only where it is.
        want("instr(order_json, ?) > 0", try filter.room.map { try ColumnJSON.text($0) })
        want("instr(order_json, ?) > 0", try filter.reservation.map { try ColumnJSON.text($0) })
        let sql = "SELECT * FROM jobs WHERE \(conditions.joined(separator: " AND ")) ORDER BY place DESC"
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while found.count < limit, let row = try rows.next() {
            do {
                let job = try JobRow.job(row)
                if filter.wants(job, accepted: Date(milliseconds: row.number("accepted_at") ?? 0)) { found.append(job) }
            } catch let fault as JournalFault where fault.trouble == .row {
                continue  // `journal verify` names it
            }
        }
        return found
    }
}
