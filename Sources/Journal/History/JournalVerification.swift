// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// What a whole look at a journal finds.
public struct JournalReport: Sendable, Hashable {
    /// Sentences; none when all is well.
    public var problems: [String] = []
    public var jobs = 0
    public var unfinished = 0
    /// Lines of the history that are there.
    public var lines = 0
    /// Lines that retention removed and that are accounted for.
    public var removed = 0
    /// The last line's place, and its seal in hex: noted elsewhere, it shows later that nothing before it was changed.
    public var place: Int64 = 0
    public var seal = ""

    public var isSound: Bool { problems.isEmpty }

    /// More sentences help nobody.
    mutating func add(_ problem: String) { if problems.count < 20 { problems.append(problem) } }
}

/// Reads everything: pages, check numbers of jobs, seals of the history.
public enum JournalVerification {
    /// A journal's file, whether a bridge has it open or not.
    /// - Parameter isInUse: it is the bridge's own and not one that a person named: what is to be done with it is another thing.
    public static func file(_ path: String, isInUse: Bool = false) throws(JournalFault) -> JournalReport {
        guard access(path, F_OK) == 0 else { throw JournalFault("there is no file \(path): name a journal or a backup", .request) }
        do {
            let database = try JournalDatabase.opened(path)
            return try database.read { try report($0, path: path) }
        } catch {
            throw isInUse ? JournalFault(error, path: path) : JournalFault(error, named: path)
        }
    }

    /// - Parameter seal: `PLACE:SEAL`, as `journal verify` printed it some time ago.
    /// - Returns: a sentence when the history is another one now.
    public static func compare(_ path: String, with seal: String) throws(JournalFault) -> String? {
        let parts = seal.split(separator: ":")
        guard parts.count == 2, let place = Int64(parts[0]) else {
            throw JournalFault("'\(seal)' is no seal: write it as it was printed, PLACE:SEAL", .request)
        }
        do {
            let there = try JournalDatabase.reading(path).read { try HistoryRow.seal($0, at: place) }
            guard let there else {
                return "line \(place) of the history is not there any more (removed by retention, or the file is an older one)"
            }
            return there.hex.lowercased() == parts[1].lowercased()
                ? nil : "the history up to line \(place) was changed after that seal was noted"
        } catch {
            throw JournalFault(error, path: path)
        }
    }

    static func report(_ db: Database, path: String) throws -> JournalReport {
        var report = JournalReport()
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == JournalDatabase.applicationID else {
            throw JournalFault("\(path) is no journal of an encoder-bridge", .request)
        }
        guard try db.tableExists("removed") else {
            throw JournalFault("\(path) is of an older encoder-bridge: start this one on it once, that brings it up to date", .request)
        }
        for verdict in try String.fetchAll(db, sql: "PRAGMA quick_check(5)") where verdict != "ok" { report.add("SQLite: \(verdict)") }
        let jobs = try Row.fetchCursor(db, sql: "SELECT * FROM jobs ORDER BY place")
        while let row = try jobs.next() {
            report.jobs += 1
            if row.number("final") == 0 { report.unfinished += 1 }
            do { _ = try JobRow.job(row) } catch let fault as JournalFault { report.add(fault.description) }
        }
        try AccessTable.check(db, &report)
        try checkSeals(db, &report)
        return report
    }

    private static func checkSeals(_ db: Database, _ report: inout JournalReport) throws {
        let lines = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, seal, kind, id, encoder, origin, external_id, created_at, at, state, note FROM (
                SELECT accepted_seq AS seq, accepted_seal AS seal, 0 AS kind, id, encoder, origin, external_id, created_at,
                accepted_at AS at, accepted_state AS state, accepted_note AS note FROM jobs
                UNION ALL SELECT trail.seq, trail.seal, 1, jobs.id, NULL, NULL, NULL, NULL, trail.at, trail.state, trail.note
                FROM trail LEFT JOIN jobs ON jobs.place = trail.job
                UNION ALL SELECT seq, seal, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM removed) ORDER BY seq
                """)
        var last: (place: Int64, seal: HistorySeal)?
        while let row = try lines.next() {
            let place = row.number("seq") ?? 0
            let seal = HistorySeal(bytes: row.bytes("seal"))
            defer { last = (place, seal) }
            guard row.number("kind") != 2 else {
                report.removed += 1
                continue
            }
            report.lines += 1
            let before = last ?? (0, .beginning)
            guard before.place == place - 1 else {
                report.add("lines \(before.place + 1) to \(place - 1) of the history are missing")
                continue
            }
            let line = line(row, at: place)
            if before.seal.next(line) != seal {
                report.add("line \(place) of the history (job \(line.job)) was changed, or the one before it")
            }
        }
        report.place = last?.place ?? 0
        report.seal = last?.seal.hex ?? ""
    }

    private static func line(_ row: Row, at place: Int64) -> HistoryLine {
        let acceptance =
            row.number("kind") != 0
            ? nil
            : HistoryLine.Acceptance(
                encoder: row.text("encoder") ?? "", origin: row.text("origin") ?? "", externalID: row.text("external_id"),
                createdAt: row.number("created_at") ?? 0)
        return HistoryLine(
            place: place, job: row.text("id") ?? "", at: row.number("at") ?? 0, state: row.text("state") ?? "",
            note: row.text("note") ?? "", acceptance: acceptance)
    }
}

extension SQLiteJournal {
    public func verify() async throws(JournalFault) -> JournalReport {
        try await readWhole { [path] db in try JournalVerification.report(db, path: path) }
    }
}
