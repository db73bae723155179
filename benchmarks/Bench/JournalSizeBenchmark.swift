// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import Journal

/// A journal that has seen a million jobs: how long a start takes, and an accept, beside those of an empty one. The two are measured in turn.
enum JournalSizeBenchmark {
    private static let jobs = 1_000_000

    static func run() async throws {
        let folder = URL(fileURLWithPath: ".build/bench-journal-size")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let largePath = folder.appendingPathComponent("large.sqlite").path
        try await fill(largePath)

        var starts: [Double] = []
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let journal = try SQLiteJournal(path: largePath)
            guard try await journal.unfinished().isEmpty else { throw JournalFault("the jobs were to have ended") }
            starts.append(JournalBenchmark.micro(start))
            try journal.close()
        }
        let large = try SQLiteJournal(path: largePath)
        let empty = try SQLiteJournal(path: folder.appendingPathComponent("empty.sqlite").path)
        var (largeTimes, emptyTimes): ([Double], [Double]) = ([], [])
        for round in 0..<12 {
            for _ in 0..<100 { try await accept(empty, round, &emptyTimes) }
            for _ in 0..<100 { try await accept(large, round, &largeTimes) }
        }
        let (before, after, start) = (Statistics(emptyTimes), Statistics(largeTimes), Statistics(starts))
        print("\nA journal with \(jobs) ended jobs")
        let widths = [-34, 12, 9, 12]
        print(row(["", "p50", "ratio", "goal"], widths: widths))
        print(row(["start until orders are taken, ms", fixed(start.median / 1000), "", "1000"], widths: widths))
        print(row(["accept, empty journal, us", fixed(before.median), "", ""], widths: widths))
        print(row(["accept, a million jobs, us", fixed(after.median), fixed(after.median / before.median, 2), "1.0"], widths: widths))
    }

    private static func accept(_ journal: SQLiteJournal, _ round: Int, _ times: inout [Double]) async throws {
        let job = JournalBenchmark.sample()
        let start = ContinuousClock.now
        _ = try await journal.accept(job, note: "ordered", reports: [])
        if round > 0 { times.append(JournalBenchmark.micro(start)) }
    }

    /// One job that is done, copied with new ids.
    private static func fill(_ path: String) async throws {
        let journal = try SQLiteJournal(path: path)
        var job = JournalBenchmark.sample()
        _ = try await journal.accept(job, note: "ordered", reports: [])
        job.state = .done
        job.finishedAt = .now
        _ = try await journal.record(job, trail: TrailEntry(at: .now, state: .done, note: "done"), reports: [])
        try journal.close()
        let database = try DatabaseQueue(path: path)
        try await database.write { db in
            try db.execute(
                sql: """
                    CREATE TEMP TABLE sample AS SELECT * FROM jobs;
                    WITH RECURSIVE numbers (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(jobs))
                    INSERT INTO jobs SELECT n, lower(hex(randomblob(16))), encoder, origin, lower(hex(randomblob(16))), state, final, order_json,
                    receipts_json, remarks_json, fault_json, created_at, expires_at, finished_at, accepted_at, accepted_state, accepted_note,
                    n, accepted_seal, row_check, boot, boot_ms FROM numbers, sample;
                    INSERT INTO facts VALUES ('jobs.firstUnfinished', '\(jobs)') ON CONFLICT (name) DO UPDATE SET value = excluded.value;
                    """)
        }
        try database.close()
        unlink(path + ".seal")
    }
}
