// SPDX-License-Identifier: Apache-2.0
import AccessCore
import BridgeCore
import Console
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import Logging
import Metering
import SiteConfiguration
import Synchronization

extension Bridge {
    /// The way in for programs and browsers; `nil` where the site wants none or has written it wrong.
    static func endpoint(
        _ site: SiteConfiguration, health: BridgeHealth, access: AccessParts?, meter: BridgeMeter, logger: Logger
    ) -> LocalEndpoint? {
        // What is wrong in the section is among the problems of the configuration.
        guard let place = site.endpoint else {
            health.endpoint.withLock { $0 = EndpointCondition() }
            return nil
        }
        do {
            let tokens = try place.tokensFile.map { try EndpointToken.parse(try SecretFile.text(of: $0)) }
            let certificate = try place.tls.map { tls in
                try EndpointCertificate(EndpointCertificate.Source(mark: { tls.mark }, read: { try tls.pair() }), logger: logger)
            }
            health.endpoint.withLock { $0 = EndpointCondition(certificate: certificate) }
            let configuration = LocalEndpoint.Configuration(listen: place.listen, tokens: tokens, certificate: certificate)
            let metrics: @Sendable () async -> String = {
                let now = await health.document()
                let oldest = try? await health.journal.oldestUndelivered()  // a journal that does not answer is in the health already
                return await meter.page(
                    encoders: now.encoders, connectors: now.connectors, unfinishedJobs: now.queue.unfinishedJobs,
                    undeliveredReports: now.queue.undeliveredReports, outboxAge: oldest.map { -$0.timeIntervalSinceNow } ?? 0,
                    longestCommit: health.journal.longestCommit(), access: await access?.service.status,
                    wear: await health.wear.wear(now: Date()), lineErrors: await health.queue.lineErrors())
            }
            return LocalEndpoint(
                configuration: configuration, desk: health.queue, access: access?.service, book: try health.deskBook(Words(site.language)),
                logger: logger, metrics: metrics
            ) { await health.document() }
        } catch {
            health.endpoint.withLock { $0 = EndpointCondition(fault: .noEndpoint(error)) }
            return nil
        }
    }

    /// Tokens and certificate may have changed though their paths did not. What cannot be read leaves the old in force.
    func renew(_ endpoint: LocalEndpoint, _ site: SiteConfiguration) {
        health.endpoint.withLock { $0.certificate }?.current()
        guard let path = site.endpoint?.tokensFile else { return }
        do {
            endpoint.renew(tokens: try EndpointToken.parse(try SecretFile.text(of: path)))
        } catch {
            logger.error("the tokens in force stay: \(error)")
        }
    }
}

extension HealthProblem {
    /// Told by the log of problems, as `status` has it.
    static func noEndpoint(_ error: any Error) -> HealthProblem { HealthProblem(.endpoint, since: Date(), "no local endpoint: \(error)") }
}
