// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB
import TestKit
import Testing

@testable import Journal

@Suite struct CrashTests {
    /// kill -9 at random moments of a process that writes as fast as it can: whatever it had been told was durable is there.
    @Test func everythingAcknowledged_isThere_afterKill() async throws {
        let folder = try Folder()
        var told: [String: JobState] = [:]
        for round in 0..<25 {
            let lines = try await onAThreadOfItsOwn {
                try Victim.run(journal: folder.journal, clients: [1, 4, 16][round % 3], until: Int.random(in: 1...400))
            }
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                switch words.first {
                case "accepted": told[words[1]] = .queued
                case "recorded": told[words[1]] = JobState(rawValue: words[2])
                default: Issue.record("unexpected line: \(line)")
                }
            }
            let journal = try SQLiteJournal(path: folder.journal)
            #expect(try await journal.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
            let kept = try await journal.jobs(limit: .max)
            let states = Dictionary(uniqueKeysWithValues: kept.map { ($0.id.text, $0.state) })
            for (id, state) in told {
                let found = try #require(states[id], "round \(round): job \(id) was acknowledged and is gone")
                #expect(rank(found) >= rank(state), "round \(round): \(id) was \(state) and is \(found)")
            }
            // A transition and its report came together or not at all.
            let reports = try await journal.pendingReports(of: .mews, limit: .max)
            #expect(Set(reports.filter { $0.kind == .received }.map(\.jobID)) == Set(kept.map(\.id)))
            #expect(Set(reports.filter { $0.kind == .processed }.map(\.jobID)) == Set(kept.filter { $0.state == .done }.map(\.id)))
            try journal.close()
        }
        #expect(told.count > 100)
    }

    private func rank(_ state: JobState) -> Int {
        switch state {
        case .queued: 0
        case .writing: 1
        case .done: 2
        default: -1
        }
    }

    /// The power may go while the log's tail is written: a log that ends anywhere holds a beginning of the story, never a mixture.
    @Test func tornLog_losesOnlyItsTail() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal)
        let names = (0..<40).map { "job-\($0)" }
        for name in names { _ = try await journal.accept(Sample.job(JobID(name)), note: "accepted", reports: []) }
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.journal + "-wal"))
        try journal.close()

        let lengths = stride(from: 0, to: log.count, by: max(1, log.count / 30)).map { $0 + 7 } + [log.count - 1, log.count]
        var before = 0
        for length in lengths where length <= log.count {
            let kept = try await reopened(file, log.prefix(length))
            #expect(kept == Array(names.prefix(kept.count)), "log cut at \(length) of \(log.count)")
            #expect(kept.count >= before)
            before = kept.count
        }
        #expect(before == names.count)
    }

    @Test func damagedLog_losesOnlyWhatFollowsTheDamage() async throws {
        let folder = try Folder()
        let journal = try SQLiteJournal(path: folder.journal)
        let names = (0..<40).map { "job-\($0)" }
        for name in names { _ = try await journal.accept(Sample.job(JobID(name)), note: "accepted", reports: []) }
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.journal + "-wal"))
        try journal.close()
        for _ in 0..<20 {
            var flipped = log
            let place = Int.random(in: log.count / 2..<log.count)
            flipped[place] ^= 1 << UInt8.random(in: 0...7)
            let kept = try await reopened(file, flipped)
            #expect(kept == Array(names.prefix(kept.count)), "bit flipped at \(place)")
            #expect(kept.count < names.count)
        }
    }

    /// The jobs in a copy of the file with this log beside it.
    private func reopened(_ file: Data, _ log: Data) async throws -> [String] {
        let copy = try Folder()
        try file.write(to: URL(fileURLWithPath: copy.journal))
        try log.write(to: URL(fileURLWithPath: copy.journal + "-wal"))
        let journal = try SQLiteJournal(path: copy.journal)
        let kept = try await journal.unfinished().map(\.id.text)
        #expect(try await journal.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
        _ = try await journal.accept(Sample.job(), note: "goes on", reports: [])
        try journal.close()
        return kept
    }
}

/// The process that writes until it is killed.
private enum Victim {
    /// Kills it without warning after it has printed a number of lines; gives all whole lines that it printed.
    static func run(journal: String, clients: Int, until count: Int) throws -> [String] {
        let process = Process()
        process.executableURL = try URL(fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().appendingPathComponent("journal-crash")
        process.arguments = [journal, String(clients)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var text = Data()
        var isKilled = false
        while let chunk = try output.fileHandleForReading.read(upToCount: 512), !chunk.isEmpty {
            text.append(chunk)
            if !isKilled, text.count(where: { $0 == UInt8(ascii: "\n") }) >= count {
                isKilled = kill(process.processIdentifier, SIGKILL) == 0
            }
        }
        process.waitUntilExit()
        try #require(isKilled && process.terminationReason == .uncaughtSignal, "the writer ended by itself: \(process.terminationStatus)")
        // A last line without its end was cut by the kill and acknowledges nothing.
        return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
