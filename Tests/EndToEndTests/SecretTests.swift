// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Nothing of a guest, a card or a token is in what the daemon writes.
@Suite(.timeLimit(.minutes(2))) struct SecretTests {
    @Test func guestsAndTokens_areNowhere_whenTheJobsHaveEnded() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--fault", "noCard:once", "--card-limit", "200ms"])
            try site.configure(encoder, sandbox: sandbox)
            let bridge = try site.bridge(logLevel: "trace")
            try await bridge.connected()
            try await bridge.ready()
            let refused = try await bridge.outcome(of: try await bridge.order("101", guest: "Plantagenet Ottokar").id)
            #expect(refused.fault?.code == "noCard")
            _ = try await bridge.outcome(of: try await bridge.order("101", guest: "Plantagenet Ottokar").id)
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Processed")
            _ = try await site.endpoint.call(
                "POST", "/v1/encoders/front-desk/jobs", json: ["guestName": "Plantagenet Ottokar", "copies": "x"])
            try await eventually("an empty outbox") { try await bridge.status().queue.undeliveredReports == 0 }

            let secrets = [
                "Plantagenet", "Ottokar", "Müller", "Muller", "Zoë", "Zoe", "zoe.mueller", Site.writeToken,
                "5A4DB0C50000400080000000C11E", "5A4DB0C50000400080000000ACCE",
            ]
            let log = bridge.program.output
            #expect(log.contains("job done"), "the log is that of these jobs")
            for secret in secrets { #expect(!log.contains(secret), "\(secret) is in the log") }
            #expect(try await bridge.program.stop() == 0)
            let kept = try FileManager.default.contentsOfDirectory(at: site.folder, includingPropertiesForKeys: nil)
                .filter { $0.lastPathComponent.hasPrefix(site.journal.lastPathComponent) }
            #expect(kept.map(\.lastPathComponent).contains(site.journal.lastPathComponent))
            for file in kept {
                let bytes = try Data(contentsOf: file)
                for secret in secrets {
                    #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) is in \(file.lastPathComponent)")
                }
            }
        }
    }
}
