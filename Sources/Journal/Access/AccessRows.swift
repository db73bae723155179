// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import GRDB

/// The tables of door codes whose rows are JSON.
enum AccessTable: String, CaseIterable {
    case stays, resources, grants, tokens, notes

    var name: String { "access_\(rawValue)" }

    /// The column that names a row.
    private var key: String {
        switch self {
        case .stays, .resources, .grants: "id"
        case .tokens: "key"
        case .notes: "place"
        }
    }

    var all: String { "SELECT \(key) AS id, \(self == .grants ? "state" : "NULL") AS state, json FROM \(name)" }

    /// What it means that a row cannot be read, and what to do.
    func sentence(_ row: LostRow) -> String {
        let id = row.id
        let what = "row \(id) of \(name) stands in the journal in a form that cannot be read"
        return switch self {
        case .grants where row.isOver: what + ": it is over"
        case .grants:
            what + ": the code that it is about may be on its lock, is not taken off, and no other is given. Take it off at the lock, then "
                + "`encoder-bridge access --retry \(id)`"
        case .stays, .resources: what + ": the hotel system tells it again"
        case .tokens: what + ": it is known by its name all the same"
        case .notes: what + ": a line of the access log is missing"
        }
    }

    /// Reads every row of every table.
    static func check(_ db: Database, _ report: inout JournalReport) throws {
        for table in allCases where try db.tableExists(table.name) {
            let lost =
                switch table {
                case .stays: try AccessRows<Stay>(db, table).unreadable
                case .resources: try AccessRows<Resource>(db, table).unreadable
                case .grants: try AccessRows<Grant>(db, table).unreadable
                case .tokens: try AccessRows<KeptToken>(db, table).unreadable
                case .notes: try AccessRows<AccessNote>(db, table).unreadable
                }
            for row in lost { report.add(table.sentence(row)) }
        }
    }
}

/// A row that cannot be read.
struct LostRow {
    var id: String
    /// The code is off its lock.
    var isOver: Bool
}

/// What some rows hold, and which of them cannot be read.
struct AccessRows<Value: Decodable> {
    var values: [Value] = []
    var unreadable: [LostRow] = []

    /// - Parameter which: the end of the statement; empty: all rows.
    init(_ db: Database, _ table: AccessTable, _ which: String = "", _ arguments: [Int64] = []) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        let rows = try Row.fetchCursor(db, sql: "\(table.all) \(which)", arguments: StatementArguments(arguments))
        while let row = try rows.next() {
            do {
                values.append(try decoder.decode(Value.self, from: Data((row.text("json") ?? "").utf8)))
            } catch {
                let id = row.text("id") ?? row.number("id").map(String.init) ?? ""
                unreadable.append(LostRow(id: id, isOver: row.text("state") == Grant.State.removed.rawValue))
            }
        }
    }
}
