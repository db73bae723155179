// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import LocalEndpoint
import Logging
import SiteConfiguration
import Synchronization

extension Bridge {
    /// Takes a configuration that was read again. What did not change is not touched: its sessions go on, a key that is being cut on
    /// another encoder is none the wiser. Says what it took.
    package func reload(from old: SiteConfiguration, to reading: ConfigurationReading) async {
        let site = reading.configuration
        let change = ConfigurationChange(from: old, to: site)
        for problem in reading.problems { logger.error("configuration: \(problem)") }
        health.configuration.withLock { $0 = reading.problems.map { HealthProblem($0) } }
        health.configuration.withLock { problems in
            problems += change.needsRestart.map {
                HealthProblem(
                    .configuration, subject: $0, weight: .note, "changed, and only a restart takes it: `systemctl restart encoder-bridge`")
            }
        }
        health.layouts.withLock { $0 = SiteLayouts(site) }
        if change.alerts || change.property { await alerts.replace(Self.alerter(site, health: health, logger: logger)) }
        await replaceSessions(site, change)
        if change.mews || change.property {
            await mews.replace(Self.connector(site, queue: queue, journal: journal, access: access, logger: logger))
        }
        if change.lockServers || change.property {
            await lockServers.replace(
                LockServers(site, queue: queue, journal: journal, ports: ports, guests: access?.guests, logger: logger))
        }
        // One that could not listen, or whose files could not be read, is tried again.
        let isDown = health.endpoint.withLock { $0.fault != nil }
        if change.endpoint || change.property || isDown {
            await endpoint.replace(Self.endpoint(site, health: health, access: access, meter: meter, logger: logger))
        } else if let endpoint = await endpoint.part {
            renew(endpoint, site)
        }
        let wrong = reading.problems.count
        logger.notice(
            "configuration reloaded: \(change.description)\(wrong == 0 ? "" : "; \(wrong) problem\(wrong == 1 ? "" : "s"), left out")")
    }

    private func replaceSessions(_ site: SiteConfiguration, _ change: ConfigurationChange) async {
        await supervisor.end(change.removed.union(change.changed))
        let drivers = Self.drivers(site.encoders, logger: logger)
        let fresh = change.added.union(change.changed)
        await queue.reconfigure(
            drivers.map { encoder, driver in Self.unseen(encoder, driver) },
            untouched: Set(site.encoders.map(\.name)).subtracting(fresh), timeZone: site.timeZone, words: Words(site.language))
        guard !fresh.isEmpty || !change.removed.isEmpty else { return }
        let new = drivers.filter { fresh.contains($0.0.name) }
        var sessions: [any SessionControl] = []
        for (encoder, driver) in new {
            let session = Self.session(encoder, driver, ports: ports, host: queue, logger: logger)
            await queue.attach(session)
            sessions.append(session)
        }
        await supervisor.begin(sessions, matches: Self.matches(new))
    }
}
