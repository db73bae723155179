// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import GRDBSQLite
import Journal

/// Durable accept of a job against SQLite alone doing the least it must: one insert of about the same size, WAL, synchronous=FULL,
/// in the same directory, block by block in turn; then 64 clients at once.
enum JournalBenchmark {
    static func run() async throws {
        let folder = URL(fileURLWithPath: ".build/bench-journal")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bare = try BareSQLite(path: folder.appendingPathComponent("bare.sqlite").path)
        let journal = try SQLiteJournal(path: folder.appendingPathComponent("journal.sqlite").path)

        var bareTimes: [Double] = []
        var ourTimes: [Double] = []
        for round in 0..<12 {
            for _ in 0..<100 {
                let start = ContinuousClock.now
                try bare.insert()
                if round > 0 { bareTimes.append(micro(start)) }
            }
            for _ in 0..<100 {
                let job = sample()
                let start = ContinuousClock.now
                _ = try await journal.accept(job, note: "ordered", reports: [])
                if round > 0 { ourTimes.append(micro(start)) }
            }
        }
        let bareStatistics = Statistics(bareTimes)
        let ours = Statistics(ourTimes)
        let ratio = ours.median / bareStatistics.median

        let jobs = (0..<64).map { _ in (0..<40).map { _ in sample() } }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in jobs {
                group.addTask { for job in client { _ = try await journal.accept(job, note: "ordered", reports: []) } }
            }
            try await group.waitForAll()
        }
        let together = Double(64 * 40) / (micro(start) / 1_000_000)

        print("\nDurable accept of a job (WAL, synchronous=FULL)")
        let widths = [-34, 9, 9, 12, 12]
        print(row(["", "p50 us", "p99 us", "ratio", "goal"], widths: widths))
        print(row(["SQLite alone, 1 client", fixed(bareStatistics.median), fixed(bareStatistics.quantile(0.99)), "", ""], widths: widths))
        print(row(["journal, 1 client", fixed(ours.median), fixed(ours.quantile(0.99)), fixed(ratio, 2), "1.25"], widths: widths))
        print(
            row(
                ["journal, 64 clients, per second", fixed(together, 0), "", fixed(together / (1_000_000 / ours.median), 2), "4"],
                widths: widths))
    }

    static func micro(_ start: ContinuousClock.Instant) -> Double { Double(nanoseconds(ContinuousClock.now - start)) / 1000 }

    static func sample() -> Job {
        Job(
            id: .random(), encoder: "front-desk",
            order: KeyOrder(
                lockIds: ["101"], validFrom: .now, validUntil: .now + 172_800, copies: 2, guestName: "A guest's name",
                reservationNumber: "52"),
            origin: .mews, externalID: UUID().uuidString, createdAt: .now)
    }
}

/// SQLite through its own C interface.
final class BareSQLite {
    private var database: OpaquePointer?
    private var statement: OpaquePointer?
    private let payload = String(repeating: "x", count: 450)

    init(path: String) throws {
        guard sqlite3_open(path, &database) == SQLITE_OK,
            sqlite3_exec(
                database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE job(id TEXT PRIMARY KEY, body TEXT)", nil, nil,
                nil)
                == SQLITE_OK,
            sqlite3_prepare_v2(database, "INSERT INTO job VALUES (?, ?)", -1, &statement, nil) == SQLITE_OK
        else { throw JournalFault("the bare database does not open") }
    }

    func insert() throws {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_reset(statement)
        sqlite3_bind_text(statement, 1, UUID().uuidString, -1, transient)
        sqlite3_bind_text(statement, 2, payload, -1, transient)
        guard sqlite3_step(statement) == SQLITE_DONE else { throw JournalFault("insert failed") }
    }

    deinit {
        sqlite3_finalize(statement)
        sqlite3_close(database)
    }
}
