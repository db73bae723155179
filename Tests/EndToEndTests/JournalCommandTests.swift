// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// `jobs` and `journal`, beside a bridge that cuts keys, and what it does when its journal goes.
@Suite(.timeLimit(.minutes(6))) struct JournalCommandTests {
    private func run(_ site: Site, _ arguments: String...) async throws -> RunningProgram.Ended {
        try await RunningProgram.run(arguments + ["--config", site.configuration.path])
    }

    @Test func jobsAndJournal_tellWhatBecameOfTheKeys() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            let bridge = try site.bridge()
            for reservation in ["1001", "1003"] { _ = try await sandbox.outcome(of: try await sandbox.cut(reservation)) }

            let all = try await run(site, "jobs")
            #expect(all.status == 0 && all.output.contains("101") && all.output.contains("102"), "\(all.output)")
            #expect(all.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(all.output)")
            let one = try await run(site, "jobs", "--room", "102")
            #expect(!one.output.contains(" 101,") && one.output.contains("102"))
            let id = try #require(one.output.split(separator: "\n").last?.split(separator: " ").first.map(String.init))
            let trail = try await run(site, "jobs", String(id.prefix(13)))
            #expect(trail.output.contains("order goes to the encoder") && trail.output.contains("done: done"), "\(trail.output)")
            #expect(trail.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(trail.output)")
            #expect(try await run(site, "jobs", "--day", "1999-01-01").output.contains("No job fits."))
            #expect(try await run(site, "jobs", "--day", "tomorrow").status == 1)

            let verify = try await run(site, "journal", "verify")
            #expect(verify.status == 0 && verify.output.contains("sound. 2 jobs (0 not ended)"), "\(verify.output)")
            let export = try await run(site, "journal", "export")
            #expect(export.output.split(separator: "\n").count == 3)
            let backup = site.folder.appendingPathComponent("backup.sqlite").path
            #expect(try await run(site, "journal", "backup", backup).status == 0)
            #expect(try await run(site, "journal", "backup", backup).status == 1)
            // Not under a running bridge.
            let refused = try await run(site, "journal", "restore", backup)
            #expect(refused.status == 1 && refused.output.contains("uses this"), "\(refused.output)")
            #expect(try await bridge.program.stop() == 0)
            #expect(try await run(site, "journal", "restore", backup).status == 0)
            #expect(try await run(site, "journal", "verify").status == 0)
        }
    }

    @Test func deletedJournal_isNoticed_andTheSameKeyIsNotCutAgain() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            // The same order each time: a second later it would be another one.
            let now = Date()
            func order(_ key: String) async throws -> WebClient.Answer {
                let client = WebClient(
                    base: site.endpoint.base, headers: site.endpoint.headers.merging(["Idempotency-Key": key]) { $1 })
                return try await client.call(
                    "POST", "/v1/encoders/front-desk/jobs",
                    json: [
                        "lockIds": ["101"], "validFrom": now.formatted(.iso8601), "validUntil": "2099-01-01T00:00:00Z",
                    ])
            }
            let first: JobView = try await order("once").read()
            #expect(try await bridge.outcome(of: first.id).state == "done")
            unlink(site.journal.path)
            #expect(try await order("another").status == 503)
            #expect(try await RunningProgram.run(["status", "--config", site.configuration.path]).status == 1)
            try await bridge.killNine()
            let again = try site.bridge()
            try await again.ready()
            let known: JobView = try await order("once").read()
            #expect(known.id == first.id)
            #expect(try encoder.cards().count == 1)
        }
    }
}
