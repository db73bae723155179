// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Journal
import LockServer
import Logging
import PortIO
import SiteConfiguration

/// The ways in for hotel systems that know only how to call a lock server.
struct LockServers: Sendable {
    let industryStandard: IndustryStandardConnector?
    let fias: FiasConnector?

    init(_ site: SiteConfiguration, queue: JobQueue, journal: SQLiteJournal, ports: LinuxPorts, guests: GuestStays?, logger: Logger) {
        let zone: @Sendable () async -> TimeZone = { await queue.clock().timeZone }
        let turns = Turns()
        industryStandard = site.industryStandard.map {
            IndustryStandardConnector(
                configuration: IndustryStandardConfiguration(
                    host: $0.host, port: $0.port, from: $0.from, encoders: $0.encoders,
                    checkOut: $0.checkOut == .accept ? .accept : .refuse),
                desk: queue, journal: journal, ports: ports, zone: zone, turns: turns, logger: logger)
        }
        fias = site.fias.map {
            FiasConnector(
                configuration: $0.connector(in: site.language), desk: queue, journal: journal, ports: ports, zone: zone,
                turns: turns, guests: { await guests?.tell($0) }, logger: logger)
        }
    }

    /// Serves until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let industryStandard { group.addTask { await industryStandard.run() } }
            if let fias { group.addTask { await fias.run() } }
            await group.waitForAll()
        }
    }

    var statuses: [ConnectorStatus] {
        get async {
            var all: [ConnectorStatus] = []
            if let industryStandard { all.append(await industryStandard.status) }
            if let fias { all.append(await fias.status) }
            return all
        }
    }
}

extension FiasDoorSettings {
    func connector(in language: Language) -> FiasConfiguration {
        let way: FiasConfiguration.Way =
            switch self.way {
            case .listens(let host, let port, let from): .listens(host: host, port: port, from: from)
            case .dials(let host, let port): .dials(host: host, port: port)
            case .device(let path, let baud): .device(path, baud: baud)
            }
        return FiasConfiguration(way: way, encoders: encoders, checkOut: checkOut == .accept ? .accept : .refuse, language: language)
    }
}
