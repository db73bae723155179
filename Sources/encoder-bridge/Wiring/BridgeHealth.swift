// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import CloudConnector
import EncoderModel
import Foundation
import Glibc
import Journal
import LocalEndpoint
import SiteConfiguration

/// Gathers the facts of ``Health`` from every part of the running bridge.
struct BridgeHealth: Sendable {
    /// What is wrong in the configuration that runs.
    var configuration: [HealthProblem]
    var queue: JobQueue
    var journal: SQLiteJournal
    var journalPath: String
    var connector: MewsConnector?

    func document(now: Date = Date()) async -> BridgeStatusDocument {
        let waiting = await queue.waiting()
        let connectors = await connectors()
        var reported = configuration + spaceProblems()
        var reports = 0
        do throws(JournalFault) {
            reports = try await journal.outboxDepth()
        } catch {
            reported.append(HealthProblem(.journal, error.description))
        }
        let parts: [Any?] = [journal, queue, connector]
        for case let part as any HealthReporting in parts { reported += await part.healthProblems() }
        let encoders = await queue.encoders()
        let facts = HealthFacts(
            reported: reported, encoders: encoders, connectors: connectors, undeliveredReports: reports,
            oldestWaiting: waiting.map(\.since).min(), now: now)
        return BridgeStatusDocument(
            encoders: encoders, connectors: connectors,
            queue: QueueStatus(
                unfinishedJobs: await queue.depth, undeliveredReports: reports, waiting: waiting, ended: await queue.lastEnded()),
            health: Health(facts), now: now)
    }

    private func connectors() async -> [ConnectorStatus] {
        guard let connector else { return [] }
        return [await connector.status]
    }

    /// With less, SQLite's log has no room for a busy hour.
    private static let leastSpace: UInt64 = 16 << 20

    private func spaceProblems() -> [HealthProblem] {
        let folder = URL(fileURLWithPath: journalPath).deletingLastPathComponent().path
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return [] }
        var problems: [HealthProblem] = []
        let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
        if free < Self.leastSpace {
            problems.append(
                HealthProblem(
                    .disk, subject: folder,
                    "\(free / 1024) KiB are free: no key is cut that cannot be written down first; make room"))
        }
        if space.f_flag & UInt(ST_RDONLY) != 0 {
            problems.append(HealthProblem(.disk, subject: folder, "the file system is read-only: look at `dmesg`, then mount it for writing"))
        }
        return problems
    }
}

extension HealthProblem {
    /// A line of the configuration that is not served as it is written.
    init(_ problem: ConfigurationProblem) {
        self.init(
            .configuration, subject: problem.place.description, problem.key.isEmpty ? problem.message : "\(problem.key): \(problem.message)")
    }
}
