// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `status` says what a clerk will meet, and a reload takes what changed.
@Suite struct StatusTruthTests {
    @Test func status_namesTheLineAndExits1_whenTheConfigurationHasASlip() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(
                encoders: Site.entry("front-desk", encoder.link.path)
                    + "  bar:\n    driver: industri-standard\n    match: { device: /dev/null }\n")
            let bridge = try site.bridge()
            try await bridge.ready()
            let status = try await site.command("status", "--config", site.configuration.path)
            #expect(status.status == 1)
            #expect(status.output.contains("! configuration"), "\(status.output)")
            #expect(status.output.contains("bridge.yaml:") && status.output.contains("industri-standard"), "\(status.output)")
        }
    }

    @Test func status_exits0_whenNothingIsWrong_andNamesThePromptOfAJob() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--card-delay", "4s"])
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            #expect(try await site.command("status", "--config", site.configuration.path).status == 0)
            let job = try await bridge.order("101", copies: 2)
            _ = try await bridge.order("102")
            try await eventually("a prompt") { try await bridge.job(job.id).prompt != nil }
            let status = try await site.command("status", "--config", site.configuration.path)
            let words = status.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(status.status == 0, "\(status.output)")
            #expect(words.contains("Put card 1 of 2 on the encoder front-desk now. Room 101, ordered"), "\(words)")
            #expect(words.contains("1 behind it"), "\(words)")
        }
    }

    @Test func status_tellsOfLocksAndCodes_whenTheWayToThemIsDown() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(
                encoder,
                property: """
                    mqtt: { broker: "mqtt://127.0.0.1:9" }
                    locks: { door-101: { driver: zigbee2mqtt, topic: "zigbee2mqtt/Room 101", slots: 10-12 } }
                    access: { spaces: { "101": { locks: [door-101] } } }
                    """)
            let bridge = try site.bridge()
            try await bridge.ready()
            try await eventually("the broker's absence in the status") {
                let status = try await site.command("status", "--config", site.configuration.path)
                return status.status == 1 && status.output.contains("! lock") && status.output.contains("mqtt")
            }
        }
    }

    @Test func reload_addsAnEncoder_andLeavesTheKeyOnTheOtherAlone() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--card-delay", "3s"])
            let second = try await site.encoder("bar")
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.order("101")
            try await eventually("the encoder at work") { try await bridge.encoder().state == "busy" }
            try site.configure(
                encoders: Site.entry("front-desk", encoder.link.path) + Site.entry("bar", second.link.path),
                property: "property: { language: de }")
            bridge.program.signal(SIGHUP)
            try await bridge.ready("bar")
            #expect(try await bridge.outcome(of: job.id).state == "done")
            #expect(bridge.program.output.contains("configuration reloaded: encoders added: bar; property"), "\(bridge.program.output)")
            // And away again: its waiting orders would be refused, the other one works on.
            try site.configure(encoder)
            bridge.program.signal(SIGHUP)
            try await eventually("bar to be gone") { try await bridge.web.call("GET", "/v1/encoders/bar").status == 404 }
            try await eventually("the second reload to be over") { bridge.program.output.contains("encoders removed: bar") }
            #expect(try await bridge.outcome(of: try await bridge.order("102").id).state == "done")
        }
    }

    @Test func reload_keepsTheOldConfiguration_whenTheFileIsBroken() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            try Data("encoders: [".utf8).write(to: site.configuration)
            bridge.program.signal(SIGHUP)
            try await eventually("a word on it") {
                bridge.program.output.contains("configuration not reloaded, the old one stays in force")
            }
            #expect(try await bridge.outcome(of: try await bridge.order("101").id).state == "done")
        }
    }

    /// Whoever writes the file and asks for a reload does not know how far the start is.
    @Test func reload_isKept_whenItIsAskedForDuringTheStart() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            // Its first line stands in the log before the journal is open.
            try site.configure(encoder, property: "property: { timeZone: Moon/Sea }")
            let bridge = try site.bridge()
            let _: Bool = try await eventually("its first line", every: .milliseconds(1)) { bridge.program.output.isEmpty ? nil : true }
            try site.configure(encoder)
            bridge.program.signal(SIGHUP)
            try await eventually("the reload") { bridge.program.output.contains("configuration reloaded") }
            #expect(bridge.program.isRunning)
        }
    }

    /// What the start lets share a port, a reload lets too.
    @Test func reload_keepsBothEncoders_behindOneLockServer() async throws {
        try await Site.open { site in
            let way = LockServerProcess.Way.listens(try freePort())
            let server = try site.lockServer(way)
            try site.configure(way)
            let bridge = try site.bridge()
            try await bridge.ready()
            try await bridge.ready("bar")
            bridge.program.signal(SIGHUP)
            try await eventually("the reload") { bridge.program.output.contains("configuration reloaded") }
            #expect(bridge.program.output.contains("configuration reloaded: nothing is different"), "\(bridge.program.output)")
            #expect(try await bridge.outcome(of: try await bridge.order("102", on: "bar").id).state == "done")
            #expect(try server.cards() == ["KR N 102"])
        }
    }

    /// The reload waits for the card on an encoder that it changes; who stops the service does not.
    @Test func stop_isHeard_whileAReloadWaitsForACard() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--card-delay", "60s"])
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.order("101")
            try await eventually("the encoder to wait for a card") { try await bridge.job(job.id).state == "writing" }
            try site.configure(encoder, settings: "answerTimeout: 31s")
            bridge.program.signal(SIGHUP)
            bridge.program.signal(SIGTERM)
            try await eventually("the stop to be heard") { bridge.program.output.contains("stopping") }
            #expect(!bridge.program.output.contains("configuration reloaded"), "\(bridge.program.output)")
        }
    }
}
