// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Nothing of a guest, a card or a token is in what the daemon writes.
@Suite(.timeLimit(.minutes(6))) struct SecretTests {
    @Test func guestsAndTokens_areNowhere_whenTheJobsHaveEnded() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--fault", "noCard:once", "--card-limit", "200ms"])
            try site.secret("door-key", "C0DEC0DEC0DE")
            let layout = #"layouts: { door: { key: door, blocks: { 4: "{fill}{hmac key=door bytes=4}" } } }"#
            try site.configure(encoder, sandbox: sandbox, property: "cardKeys: { door: door-key }\n\(layout)")
            let bridge = try site.bridge(logLevel: "trace")
            try await bridge.connected()
            try await bridge.ready()
            let refused = try await bridge.outcome(of: try await bridge.order("101", guest: "Plantagenet Ottokar").id)
            #expect(refused.fault?.code == "noCard")
            _ = try await bridge.outcome(of: try await bridge.order("101", guest: "Plantagenet Ottokar").id)
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Processed")
            let broken = try await site.endpoint.call(
                "POST", "/v1/encoders/front-desk/jobs", json: ["guestName": "Plantagenet Ottokar", "copies": "x"])
            #expect(broken.status == 400)
            // Content that such an encoder does not take, and what is on a card that is read.
            let image: [String: any Sendable] = ["tracks": ["2": "98765432109"]]
            let foreign = try await site.endpoint.call(
                "POST", "/v1/encoders/front-desk/jobs",
                json: [
                    "lockIds": ["101"], "validFrom": "2026-11-21T14:00:00Z", "validUntil": "2026-11-23T11:00:00Z", "cardImage": image,
                ])
            let rejected = try await bridge.outcome(of: try foreign.read(JobView.self).id)
            #expect(rejected.fault?.code == "rejected")
            struct Found: Decodable { let reading: [String: String] }
            let read = try await site.endpoint.call("POST", "/v1/encoders/front-desk/read").read(Found.self)
            #expect(read.reading["rooms"] != nil, "\(read.reading)")
            try await eventually("an empty outbox") { try await bridge.status().queue.undeliveredReports == 0 }

            let secrets = [
                "Plantagenet", "Ottokar", "Müller", "Muller", "Zoë", "Zoe", "zoe.mueller", Site.writeToken, "C0DEC0DE",
                "98765432109", "c0dec0de",
                "5A4DB0C50000400080000000C11E", "5A4DB0C50000400080000000ACCE",
            ]
            let log = bridge.program.output
            #expect(log.contains("job done"), "the log is that of these jobs")
            for secret in secrets { #expect(!log.contains(secret), "\(secret) is in the log") }
            for (place, text) in try await shown(site, bridge, [foreign.body, broken.body]) {
                for secret in secrets { #expect(!text.contains(secret), "\(secret) is in \(place)") }
            }
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

    /// What the bridge answers and what its commands print, by where it is.
    private func shown(_ site: Site, _ bridge: BridgeProcess, _ answers: [Data]) async throws -> [(place: String, text: String)] {
        var shown = answers.map { ("an answer to an order", String(decoding: $0, as: UTF8.self)) }
        var paths = [
            "/v1/status", "/v1/encoders", "/v1/jobs", "/v1/encoders/front-desk/frames", "/metrics", "/desk/board", "/desk/technician",
        ]
        let jobs: JobList = try await site.endpoint.get("/v1/jobs")
        paths += jobs.jobs.map { "/v1/jobs/\($0.id)/trail" }
        #expect(paths.count > 7)
        for path in paths {
            let answer = try await site.endpoint.call("GET", path)
            #expect(answer.status == 200, "\(path)")
            shown.append((path, String(decoding: answer.body, as: UTF8.self)))
        }
        let report = site.folder.appendingPathComponent("report.txt").path
        for words in [["status"], ["status", "--json"], ["check"], ["probe", "--report", "--output", report]] {
            let ended = try await RunningProgram.run(words + ["--config", site.configuration.path])
            shown.append((words.joined(separator: " "), ended.output))
        }
        shown.append(("the report", try String(contentsOfFile: report, encoding: .utf8)))
        return shown
    }

    private struct JobList: Decodable { let jobs: [JobView] }
}
