// SPDX-License-Identifier: Apache-2.0
import AccessCore
import BridgeCore
import CloudConnector
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import Logging
import Metering
import PortIO
import SiteConfiguration
import Systemd

/// The daemon: every part made from the configuration and plugged into the next.
struct Bridge: Sendable {
    let queue: JobQueue
    let supervisor: Supervisor
    let endpoint: LocalEndpoint?
    let connector: MewsConnector?
    let access: AccessParts?
    let journal: SQLiteJournal
    let retention: Retention
    let meter: BridgeMeter
    /// What the watchdog asks: queue, connector and the thread of every encoder.
    let liveness: Liveness
    let logger: Logger

    /// - Throws: ``JournalFault`` when there is no journal to keep orders in: then nothing may be cut.
    init(_ site: SiteConfiguration, logger: Logger) async throws(JournalFault) {
        self.logger = logger
        let journal = try SQLiteJournal(path: site.journal.path)
        for finding in journal.findings { logger.error("journal: \(finding)") }
        let ports = LinuxPorts()
        var drivers: [(EncoderConfiguration, any EncoderDriver)] = []
        for encoder in site.encoders {
            do throws(SettingsFault) {
                drivers.append((encoder, try DriverCatalog.make(name: encoder.driver, settings: encoder.settings)))
            } catch {
                logger.error("encoder \(encoder.name) is left out: \(error)")  // the check of the file said it with its line
            }
        }
        let queue = JobQueue(
            encoders: drivers.map { encoder, driver in Self.unseen(encoder, type(of: driver).manifest) }, journal: journal,
            timeZone: site.timeZone, life: site.staleAfter, logger: logger)
        var sessions: [any SessionControl] = []
        for (encoder, driver) in drivers {
            let session = Self.session(encoder, driver, ports: ports, host: queue, logger: logger)
            await queue.attach(session)
            sessions.append(session)
        }
        await queue.events.begin(at: journal.lastPlace)
        let found = try await queue.recover()
        retention = Retention(keep: site.journal.keep, largest: site.journal.largest)
        if found.goingOn + found.interrupted > 0 {
            logger.notice("after a restart: \(found.goingOn) orders go on, \(found.interrupted) are reported as interrupted")
        }
        let zone = await queue.clock().timeZone.identifier
        if site.timeZone == nil, site.mews == nil {
            let source = await queue.zoneSource
            logger.warning("keys are dated in the time zone \(zone), \(source): set property.timeZone if the hotel is elsewhere")
        }
        self.queue = queue
        self.journal = journal
        supervisor = Supervisor(
            sessions: sessions, matches: Dictionary(drivers.map { ($0.0.name, $0.0.match) }, uniquingKeysWith: { first, _ in first }),
            ports: ports)
        let access = await AccessParts(site, journal: journal, logger: logger)
        self.access = access
        let connector = site.mews.map { mews in
            var configuration = mews.connector(timeZone: site.timeZone)
            if let access { configuration.onReservation = access.hint }
            return MewsConnector(configuration: configuration, desk: queue, journal: journal, logger: logger)
        }
        self.connector = connector
        var parts = [Liveness.Part("the queue") { _ = await queue.depth }]
        if let connector { parts.append(Liveness.Part("the connector") { _ = await connector.status }) }
        // A nudge is answered by the encoder's own thread and does nothing where nothing waits.
        for session in sessions { parts.append(Liveness.Part("encoder \(session.name)") { await session.nudge() }) }
        liveness = Liveness(parts)
        meter = BridgeMeter(version: EncoderBridge.version, encoders: drivers.map(\.0.name))
        endpoint = Self.endpoint(site.endpoint, queue: queue, journal: journal, connector: connector, access: access, meter: meter,
            logger: logger)
    }

    /// Serves until the task is cancelled. A part that cannot work says so and leaves the others alone.
    /// - Parameter onReady: called once, when the endpoint listens (or cannot, which the log then says) and orders can come.
    func run(onReady: @escaping @Sendable () -> Void = {}) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            group.addTask { await journal.upkeep(retention) }
            group.addTask { await meter.run(queue.events) }
            if let connector { group.addTask { await connector.run() } }
            if let access { group.addTask { await access.run() } }
            if let endpoint { group.addTask { await serve(endpoint, onReady) } } else { onReady() }
            await group.waitForAll()
        }
        // What is left in the log beside the file, guests' names of ended orders among it, goes with it.
        do throws(JournalFault) {
            try journal.close()
        } catch {
            logger.error("\(error)")
        }
    }

    private func serve(_ endpoint: LocalEndpoint, _ onReady: @escaping @Sendable () -> Void) async {
        do {
            try await endpoint.run { address in
                logger.notice("endpoint listens", metadata: ["address": "\(address)"])
                onReady()
            }
        } catch {
            logger.error("no local endpoint: \(error)")
            // Keys that the PMS orders are cut all the same.
            onReady()
        }
    }

    // MARK: Parts

    private static func unseen(_ encoder: EncoderConfiguration, _ manifest: DriverManifest) -> EncoderStatus {
        EncoderStatus(
            name: encoder.name, state: .absent, driver: manifest.name, kind: manifest.kind,
            port: PortStatus(match: encoder.match.description), capabilities: manifest.capabilities)
    }

    private static func session(
        _ encoder: EncoderConfiguration, _ driver: some EncoderDriver, ports: LinuxPorts, host: JobQueue, logger: Logger
    ) -> any SessionControl {
        EncoderSession(
            name: encoder.name, driver: driver, match: encoder.match, ports: ports, host: host, layout: encoder.layout, logger: logger)
    }

    private static func statuses(of connector: MewsConnector?) async -> [ConnectorStatus] {
        guard let connector else { return [] }
        return [await connector.status]
    }

    private static func endpoint(
        _ site: EndpointConfiguration?, queue: JobQueue, journal: SQLiteJournal, connector: MewsConnector?, access: AccessParts?,
        meter: BridgeMeter, logger: Logger
    ) -> LocalEndpoint? {
        guard let site else { return nil }
        do {
            let tokens = try site.tokensFile.map { try EndpointToken.parse(try SecretFile.text(of: $0)) } ?? []
            let configuration = LocalEndpoint.Configuration(listen: try ListenAddress(site.listen.description), tokens: tokens)
            let status: @Sendable () async -> BridgeStatusDocument = {
                BridgeStatusDocument(
                    encoders: await queue.encoders(), connectors: await statuses(of: connector),
                    queue: QueueStatus(unfinishedJobs: await queue.depth, undeliveredReports: (try? await journal.outboxDepth()) ?? 0))
            }
            let metrics: @Sendable () async -> String = {
                let now = await status()
                return await meter.page(
                    encoders: now.encoders, connectors: now.connectors, unfinishedJobs: now.queue.unfinishedJobs,
                    undeliveredReports: now.queue.undeliveredReports)
            }
            return LocalEndpoint(
                configuration: configuration, desk: queue, access: access?.service, logger: logger, metrics: metrics, status: status)
        } catch {
            logger.error("no local endpoint: \(error)")
            return nil
        }
    }
}

extension MewsSettings {
    /// What the connector needs of the configuration. Token files are read again at each connection, so a new token needs no restart.
    func connector(timeZone: TimeZone?) -> MewsConfiguration {
        let access = access
        return MewsConfiguration(
            api: api.absoluteString, webSocket: webSocket.absoluteString, client: client, keyCutters: keyCutters,
            unknownKeyCutter: unknownKeyCutter == .fail ? .fail : .ignore, staleAfter: staleAfter,
            trustRoots: trustRootsFile, timeZone: timeZone
        ) {
            switch access {
            case .accessToken(let client, let access):
                .pair(clientToken: try SecretFile.read(client), accessToken: try SecretFile.read(access))
            case .connectorToken(_, let connector):
                .connector(try SecretFile.read(connector))
            }
        }
    }
}
