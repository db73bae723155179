// SPDX-License-Identifier: Apache-2.0
import AccessCore
import Alerting
import BridgeCore
import CloudConnector
import EncoderModel
import Foundation
import Glibc
import Journal
import LocalEndpoint
import SiteConfiguration
import Synchronization

/// Gathers the facts of ``Health`` from every part of the running bridge.
final class BridgeHealth: Sendable {
    /// What is wrong in the configuration that runs.
    let configuration: Mutex<[HealthProblem]>
    /// What was wrong at the start and only a start takes up again.
    let atStart: [HealthProblem]
    /// What the site writes on cards, in the configuration that runs.
    let layouts: Mutex<SiteLayouts>
    /// Why nobody reaches the endpoint, and the certificate that it shows.
    let endpoint = Mutex(EndpointCondition())
    /// Who tells of all this; there once the bridge is made.
    let alerts = Mutex<Running<Alerter>?>(nil)
    let queue: JobQueue
    let journal: SQLiteJournal
    let journalPath: String
    let mews: Running<MewsConnector>
    let lockServers: Running<LockServers>
    let access: AccessParts?
    let wear: WearLook

    init(
        configuration: [HealthProblem], atStart: [HealthProblem] = [], layouts: SiteLayouts, queue: JobQueue, journal: SQLiteJournal,
        journalPath: String,
        mews: Running<MewsConnector>,
        lockServers: Running<LockServers>, access: AccessParts?
    ) {
        self.configuration = Mutex(configuration)
        self.atStart = atStart
        self.layouts = Mutex(layouts)
        self.queue = queue
        self.journal = journal
        self.journalPath = journalPath
        self.mews = mews
        self.lockServers = lockServers
        self.access = access
        wear = WearLook(journal) { Set(await queue.encoders().filter { $0.kind == .lockMaker }.map(\.name)) }
    }

    func document(now: Date = Date()) async -> BridgeStatusDocument {
        let waiting = await queue.waiting()
        let connectors = await connectors()
        var reported = configuration.withLock { $0 } + atStart + spaceProblems()
        var reports = 0
        do throws(JournalFault) {
            reports = try await journal.outboxDepth()
        } catch {
            reported.append(HealthProblem(.journal, error.description))
        }
        let endpoint = endpoint.withLock { $0 }
        if let fault = endpoint.fault { reported.append(fault) }
        let parts: [any HealthReporting] = [journal, queue] + (access?.reporting ?? []) + (endpoint.certificate.map { [$0] } ?? [])
        if let alerter = await alerts.withLock({ $0 })?.part { reported += await alerter.healthProblems() }
        for part in parts { reported += await part.healthProblems() }
        let encoders = await queue.encoders()
        reported += readerProblems(encoders) + (await wear.wear(now: now).problems(of: encoders.map(\.name)))
        let facts = HealthFacts(
            reported: reported, encoders: encoders, connectors: connectors, undeliveredReports: reports,
            oldestWaiting: waiting.map(\.since).min(), now: now)
        return BridgeStatusDocument(
            encoders: encoders, connectors: connectors,
            queue: QueueStatus(
                unfinishedJobs: await queue.depth, undeliveredReports: reports, waiting: waiting, ended: await queue.lastEnded()),
            access: await access?.service.status.figures, health: Health(facts), now: now)
    }

    private func connectors() async -> [ConnectorStatus] {
        var all: [ConnectorStatus] = []
        if let connector = await mews.part { all.append(await connector.status) }
        if let servers = await lockServers.part { all += await servers.statuses }
        return all
    }

    /// A PC/SC reader without the service that speaks to it.
    private func readerProblems(_ encoders: [EncoderStatus]) -> [HealthProblem] {
        let socket = ProcessInfo.processInfo.environment["PCSCLITE_CSOCK_NAME"] ?? "/run/pcscd/pcscd.comm"
        let waiting = encoders.filter { $0.port.match.hasPrefix("reader ") && $0.state != .ready && $0.state != .busy }.map(\.name.text)
        guard !waiting.isEmpty, !FileManager.default.fileExists(atPath: socket) else { return [] }
        return [
            HealthProblem(
                .encoder, subject: waiting.joined(separator: ", "),
                "pcscd, which speaks to PC/SC readers, does not run: `sudo apt install pcscd libccid && sudo systemctl enable --now pcscd.socket`"
            )
        ]
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
            problems.append(
                HealthProblem(.disk, subject: folder, "the file system is read-only: look at `dmesg`, then mount it for writing"))
        }
        return problems
    }
}

/// How the endpoint is.
struct EndpointCondition: Sendable {
    /// Nobody can ask for it at the endpoint then; the log says it, and alerts do.
    var fault: HealthProblem?
    /// `nil` without TLS.
    var certificate: EndpointCertificate?
}

extension HealthProblem {
    /// A line of the configuration that is not served as it is written.
    init(_ problem: ConfigurationProblem) {
        self.init(
            .configuration, subject: problem.place.description, problem.key.isEmpty ? problem.message : "\(problem.key): \(problem.message)"
        )
    }
}
