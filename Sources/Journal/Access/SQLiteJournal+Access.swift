// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import GRDB

/// The journal as the store of grants: the same file, the same commits, the same promises.
extension SQLiteJournal: GrantStore {
    public func load(since: Date) async throws(GrantStoreFault) -> KeptAccess {
        let limit = since.milliseconds
        let condition = condition
        return try await asking { () async throws(JournalFault) in
            try await read { db in
                let grants = try AccessRows<Grant>(db, .grants, "WHERE state <> 'removed' OR since >= ?", [limit])
                // One that is over holds up nothing.
                let lost = grants.unreadable.filter { !$0.isOver }
                for row in lost { condition.unreadable(Self.subject(row.id), AccessTable.grants.sentence(row)) }
                let tokens = try AccessRows<KeptToken>(db, .tokens)
                return KeptAccess(
                    // What the PMS tells again takes the place of what cannot be read.
                    stays: try AccessRows(db, .stays).values, resources: try AccessRows(db, .resources).values, grants: grants.values,
                    used: try Row.fetchAll(db, sql: "SELECT lock, mark, at FROM access_codes WHERE at >= ?", arguments: [limit]).map {
                        row in
                        UsedCode(
                            lock: LockName(row["lock"] as String), mark: row["mark"],
                            at: Date(timeIntervalSince1970: Double(row["at"] as Int64) / 1000))
                    },
                    tokens: tokens.values + tokens.unreadable.compactMap { KeptToken(key: $0.id) },
                    unreadable: Set(lost.map { GrantID($0.id) }))
            }
        }
    }

    public func keep(_ changes: [AccessChange]) async throws(GrantStoreFault) {
        try await asking { () async throws(JournalFault) in
            try await change { db in
                for change in changes { try Self.keep(change, db) }
            }
        }
        for case .grant(let grant) in changes { condition.readable(Self.subject(grant.id.rawValue)) }
    }

    /// How a grant's row is called in `status`.
    private static func subject(_ grant: String) -> String { "access \(grant)" }

    public func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote] {
        try await asking { () async throws(JournalFault) in
            try await read { db in try AccessRows(db, .notes, "ORDER BY place DESC LIMIT ?", [Int64(limit)]).values }
        }
    }

    public func forget(before date: Date, codesBefore: Date) async throws(GrantStoreFault) {
        let limit = date.milliseconds
        let codes = codesBefore.milliseconds
        try await asking { () async throws(JournalFault) in
            try await change { db in
                for (sql, limit) in [
                    ("DELETE FROM access_stays WHERE ends_at < ?", limit),
                    ("DELETE FROM access_grants WHERE state = 'removed' AND since < ?", limit),
                    ("DELETE FROM access_codes WHERE at < ?", codes), ("DELETE FROM access_notes WHERE at < ?", limit),
                ] { try db.cachedStatement(sql: sql).execute(arguments: [limit]) }
            }
        }
    }

    private static func keep(_ change: AccessChange, _ db: Database) throws {
        func put(_ sql: String, _ arguments: StatementArguments) throws { try db.cachedStatement(sql: sql).execute(arguments: arguments) }
        switch change {
        case .stay(let stay):
            let end = max(stay.scheduledEnd, stay.updated).milliseconds
            try put("INSERT OR REPLACE INTO access_stays (id, ends_at, json) VALUES (?, ?, ?)", [stay.id.rawValue, end, try json(stay)])
        case .resource(let resource):
            try put("INSERT OR REPLACE INTO access_resources (id, json) VALUES (?, ?)", [resource.id.rawValue, try json(resource)])
        case .grant(let grant):
            try put(
                "INSERT OR REPLACE INTO access_grants (id, state, since, json) VALUES (?, ?, ?, ?)",
                [grant.id.rawValue, grant.state.rawValue, grant.since.milliseconds, try json(grant)])
        case .used(let code):
            try put(
                "INSERT INTO access_codes (lock, mark, at) VALUES (?, ?, ?) ON CONFLICT (lock, mark) DO UPDATE SET at = max(at, excluded.at)",
                [code.lock.rawValue, code.mark, code.at.milliseconds])
        case .token(let token): try put("INSERT OR REPLACE INTO access_tokens (key, json) VALUES (?, ?)", [token.key, try json(token)])
        case .tokenGone(let key): try put("DELETE FROM access_tokens WHERE key = ?", [key])
        case .note(let note): try put("INSERT INTO access_notes (at, json) VALUES (?, ?)", [note.at.milliseconds, try json(note)])
        }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func asking<Value: Sendable>(_ work: () async throws(JournalFault) -> Value) async throws(GrantStoreFault) -> Value {
        do throws(JournalFault) {
            return try await work()
        } catch {
            throw GrantStoreFault(error.description)
        }
    }
}
