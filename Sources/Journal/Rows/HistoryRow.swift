// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB

/// Places of the history, wherever their lines stand.
enum HistoryRow {
    /// The seal of the line at a place; `nil` when there is no such line.
    static func seal(_ db: Database, at place: Int64) throws -> HistorySeal? {
        if let row = try Row.fetchOne(db, sql: "SELECT seal FROM trail WHERE seq = ?", arguments: [place]) {
            return HistorySeal(bytes: row.bytes("seal"))
        }
        if let row = try Row.fetchOne(db, sql: "SELECT seal FROM removed WHERE seq = ?", arguments: [place]) {
            return HistorySeal(bytes: row.bytes("seal"))
        }
        let first = try JobRow.firstPlace(db, acceptedAfter: place - 1)
        let sql = "SELECT accepted_seal AS seal FROM jobs WHERE place >= ? AND accepted_seq = ? ORDER BY place LIMIT 1"
        return try Row.fetchOne(db, sql: sql, arguments: [first, place]).map { HistorySeal(bytes: $0.bytes("seal")) }
    }
}
