// SPDX-License-Identifier: Apache-2.0
import AccessCore
import Alerting
import BridgeCore
import CloudConnector
import Console
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import Logging
import Metering
import PortIO
import Ports
import SiteConfiguration
import Synchronization
import Systemd

/// The daemon: every part made from the configuration and plugged into the next.
package struct Bridge: Sendable {
    let queue: JobQueue
    let supervisor: Supervisor
    let endpoint: Running<LocalEndpoint>
    let mews: Running<MewsConnector>
    let lockServers: Running<LockServers>
    let access: AccessParts?
    let journal: SQLiteJournal
    let retention: Retention
    let health: BridgeHealth
    let healthLog: HealthLog
    let alerts: Running<Alerter>
    let ports: LinuxPorts
    let meter: BridgeMeter
    /// What the watchdog asks: queue, connector and the thread of every encoder.
    package let liveness: Liveness
    /// Says once that the endpoint listens, or that it cannot.
    let listening = AsyncStream<Void>.makeStream()
    let logger: Logger

    /// - Throws: ``JournalFault`` when there is no journal to keep orders in: then nothing may be cut.
    package init(_ reading: ConfigurationReading, logger: Logger) async throws(JournalFault) {
        let site = reading.configuration
        self.logger = logger
        journal = try SQLiteJournal(path: site.journal.path)
        for finding in journal.findings { logger.log(level: finding.weight == .trouble ? .error : .notice, "journal: \(finding.sentence)") }
        let drivers = Self.drivers(site.encoders, logger: logger)
        let queue = JobQueue(
            encoders: drivers.map { encoder, driver in Self.unseen(encoder, driver) }, journal: journal,
            timeZone: site.timeZone, words: Words(site.language), life: site.staleAfter, logger: logger)
        self.queue = queue
        ports = LinuxPorts(zone: { await queue.clock().timeZone })
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
        supervisor = Supervisor(sessions: sessions, matches: Self.matches(drivers), ports: ports, logger: logger)
        var atStart: [HealthProblem] = []
        access = await AccessParts(site, journal: journal, queue: queue, logger: logger, problems: &atStart)
        mews = Running(Self.connector(site, queue: queue, journal: journal, access: access, logger: logger)) { await $0.run() }
        lockServers = Running(LockServers(site, queue: queue, journal: journal, ports: ports, guests: access?.guests, logger: logger)) {
            await $0.run()
        }
        health = BridgeHealth(
            configuration: reading.problems.map { HealthProblem($0) }, atStart: atStart, layouts: SiteLayouts(site), queue: queue,
            journal: journal,
            journalPath: site.journalPath, mews: mews, lockServers: lockServers, access: access)
        let facts = health
        let alerts = Running(Self.alerter(site, health: health, logger: logger)) { await $0.run() }
        self.alerts = alerts
        facts.alerts.withLock { $0 = alerts }
        let healthLog = HealthLog(queue.events, logger: logger) {
            let problems = await facts.document().problems
            await alerts.part?.noticed(problems)
            return problems
        }
        self.healthLog = healthLog
        meter = BridgeMeter(version: BuildVersion.text, encoders: drivers.map(\.0.name))
        let announce = listening.continuation
        endpoint = Running(Self.endpoint(site, health: health, access: access, meter: meter, logger: logger)) { endpoint in
            do {
                try await endpoint.run { address in
                    logger.notice("endpoint listens", metadata: ["address": "\(address)"])
                    announce.yield()
                }
            } catch {
                facts.endpoint.withLock { $0.fault = .noEndpoint(error) }
                healthLog.lookAgain()
                // Keys that the PMS orders are cut all the same.
                announce.yield()
            }
        }
        let (running, supervised) = (self.mews, self.supervisor)
        // A nudge is answered by the encoder's own thread and does nothing where nothing waits.
        liveness = Liveness([
            Liveness.Part("the queue") { _ = await queue.depth }, Liveness.Part("the connector") { _ = await running.part?.status },
            Liveness.Part("the encoders") { await supervised.nudge() },
            // It wakes up anyway: what comes without an event is found with it.
            Liveness.Part("the log of problems") { healthLog.lookAgain() },
        ])
    }

    /// Serves until the task is cancelled. A part that cannot work says so and leaves the others alone.
    /// - Parameter onReady: called once, when the endpoint listens (or cannot, which the log then says) and orders can come.
    package func run(onReady: @escaping @Sendable () -> Void = {}) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            group.addTask { await journal.upkeep(retention) }
            group.addTask { await meter.run(queue.events) }
            group.addTask { await mews.run() }
            group.addTask { await lockServers.run() }
            if let access { group.addTask { await access.run() } }
            group.addTask { await endpoint.run() }
            group.addTask { await healthLog.run() }
            group.addTask { await alerts.run() }
            if await endpoint.part == nil { listening.continuation.yield() }
            group.addTask {
                for await _ in listening.stream {
                    onReady()
                    break
                }
            }
            await group.waitForAll()
        }
        await ports.stop()
        // What is left in the log beside the file, guests' names of ended orders among it, goes with it.
        do throws(JournalFault) {
            try journal.close()
        } catch {
            logger.error("\(error)")
        }
    }

    // MARK: Parts

    static func drivers(_ encoders: [EncoderConfiguration], logger: Logger) -> [(EncoderConfiguration, any EncoderDriver)] {
        encoders.compactMap { encoder in
            do throws(SettingsFault) {
                return (encoder, try DriverCatalog.make(name: encoder.driver, settings: encoder.settings))
            } catch {
                logger.error("encoder \(encoder.name) is left out: \(error)")  // the check of the file said it with its line
                return nil
            }
        }
    }

    static func matches(_ drivers: [(EncoderConfiguration, any EncoderDriver)]) -> [EncoderName: PortMatch] {
        Dictionary(drivers.map { ($0.0.name, $0.0.match) }, uniquingKeysWith: { first, _ in first })
    }

    static func connector(
        _ site: SiteConfiguration, queue: JobQueue, journal: SQLiteJournal, access: AccessParts?, logger: Logger
    ) -> MewsConnector? {
        site.mews.map { mews in
            var configuration = mews.connector(timeZone: site.timeZone)
            if let access { configuration.onReservation = access.hint }
            return MewsConnector(configuration: configuration, desk: queue, journal: journal, logger: logger)
        }
    }

    static func unseen(_ encoder: EncoderConfiguration, _ driver: some EncoderDriver) -> EncoderStatus {
        let manifest = type(of: driver).manifest
        return EncoderStatus(
            name: encoder.name, state: .absent, driver: manifest.name, kind: manifest.kind,
            port: PortStatus(match: encoder.match.description), capabilities: driver.capabilities, gesture: manifest.gesture)
    }

    static func session(
        _ encoder: EncoderConfiguration, _ driver: some EncoderDriver, ports: LinuxPorts, host: JobQueue, logger: Logger
    ) -> any SessionControl {
        EncoderSession(
            name: encoder.name, driver: driver, match: encoder.match, ports: ports, host: host, layout: encoder.layout, logger: logger)
    }
}

extension MewsSettings {
    /// What the connector needs of the configuration. Token files are read again at each connection, so a new token needs no restart.
    package func connector(timeZone: TimeZone?) -> MewsConfiguration {
        let access = access
        return MewsConfiguration(property, timeZone: timeZone) {
            switch access {
            case .accessToken(let client, let access):
                .pair(clientToken: try SecretFile.read(client), accessToken: try SecretFile.read(access))
            case .connectorToken(_, let connector):
                .connector(try SecretFile.read(connector))
            }
        }
    }
}
