// SPDX-License-Identifier: Apache-2.0
import Alerting
import BridgeCore
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import Logging
import SiteConfiguration

extension Bridge {
    /// Who tells the world outside; `nil` where the site wants nobody told.
    static func alerter(_ site: SiteConfiguration, health: BridgeHealth, logger: Logger) -> Alerter? {
        guard let alerts = site.alerts else { return nil }
        let queue = health.queue
        let words = Words(site.language)
        let text: @Sendable () async -> AlertText = {
            AlertText(words, host: ProcessInfo.processInfo.hostName, zone: await queue.clock().timeZone)
        }
        var channels: [any AlertChannel] = []
        if let webhook = alerts.webhook { channels.append(Webhook(address: { try webhook.read() }, text: text)) }
        if let mail = alerts.mail { channels.append(Sendmail(program: mail.program, from: mail.from, to: mail.to, text: text)) }
        return Alerter(patience: alerts.patience, channels: channels, memory: memory(health.journal), logger: logger) {
            await health.document().problems
        }
    }

    private static func memory(_ journal: SQLiteJournal) -> AlertMemory {
        AlertMemory {
            // A journal that does not answer is in the health already.
            guard let text = try? await journal.fact(.alerts) else { return nil }
            return try? JSONDecoder().decode(AlertState.self, from: Data(text.utf8))
        } save: { state in
            guard let data = try? JSONEncoder().encode(state) else { return }
            // A full disk is the first thing to be told: what is not remembered is told once more after a restart, no worse.
            try? await journal.setFact(.alerts, String(decoding: data, as: UTF8.self))
        }
    }
}
