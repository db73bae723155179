// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// `probe` against programs that run: what it asks, whom it leaves alone, what it writes down.
@Suite(.timeLimit(.minutes(6))) struct ProbeCommandTests {
    @Test func silentEncoder_isNamed_behindItsLiveAdapter() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "silent"])
            try site.configure(encoder)
            let looked = try await site.command("probe", "--config", site.configuration.path)
            #expect(looked.status == 0, "no byte is sent unasked, so nothing is known of the encoder: \(looked.output)")
            let asked = try await RunningProgram.run(["probe", "--config", site.configuration.path, "--identify"], within: .seconds(180))
            #expect(asked.status == 1)
            #expect(asked.output.contains("is there but"), "\(asked.output)")
            #expect(asked.output.contains("power"), "\(asked.output)")
            #expect(asked.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("/desk") }, "\(asked.output)")
        }
    }

    @Test func deafEncoder_isNamed_andTheCommandThatWakesIt() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "pendingRead:once"], family: "msr")
            let line = ["probe", encoder.link.path, "--driver", "msr"]
            let asked = try await RunningProgram.run(line, within: .seconds(60))
            #expect(asked.output.contains("was deaf"), "\(asked.output)")
            #expect(asked.output.contains("--driver msr") && asked.output.contains("--reset"), "\(asked.output)")
            #expect(asked.status == 0, "it has been woken: \(asked.output)")
            let again = try await RunningProgram.run(line, within: .seconds(60))
            #expect(!again.output.contains("deaf"), "\(again.output)")
        }
    }

    @Test func wrongDriver_isNamed_forAFamilyThatMustBeGivenAName() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let asked = try await RunningProgram.run(["probe", encoder.link.path, "--driver", "msr"], within: .seconds(90))
            #expect(asked.status == 1)
            let words = asked.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("does not answer to msr, but to industry-standard"), "\(asked.output)")
        }
    }

    @Test func runningBridge_isAsked_andKeepsItsPort() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            let asked = try await site.command("probe", "--config", site.configuration.path, "--identify", "--json")
            #expect(asked.status == 0, "\(asked.output)")
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(asked.output.utf8)) as? [[String: Any]])
            #expect(rows.first { $0["encoder"] as? String == "front-desk" }?["isServed"] as? Bool == true, "\(asked.output)")
            #expect(try await bridge.encoder().state == "ready")
            let test = try await site.command("probe", encoder.link.path, "--config", site.configuration.path, "--test-card")
            #expect(test.status == 1)
            #expect(test.output.contains("makes the cards itself"), "\(test.output)")
        }
    }

    @Test(arguments: [true, false])
    func testCard_isWrittenReadAndMadeBlank_whoeverHasThePort(bridgeRuns: Bool) async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("pn", ["--card", "ntag213"], family: "pn532")
            try site.configure(encoders: "  spa: { driver: pn532, match: { device: \(encoder.link.path) } }")
            let bridge = bridgeRuns ? try site.bridge() : nil
            try await bridge?.ready("spa")
            let test = try await RunningProgram.run(
                ["probe", "spa", "--config", site.configuration.path, "--test-card", "--cards", "1"], within: .seconds(60))
            #expect(test.status == 0, "\(test.output)")
            #expect(test.output.contains("The running bridge has spa") == bridgeRuns, "\(test.output)")
            for step in ["read (ntag213)", "read back: the same", "made blank again", "GOOD", "1 of 1 card good."] {
                #expect(test.output.contains(step), "\(step)\n\(test.output)")
            }
            let written = try encoder.cards().compactMap(\.content)
            #expect(written.count > 1, "written, and made blank: \(written)")
            #expect(written.allSatisfy { $0.count == 1 })
        }
    }

    @Test func watch_tellsPortsAndTheBridgesEvents_untilItIsStopped() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            let log = site.folder.appendingPathComponent("watch.log")
            let watch = try RunningProgram(["probe", "--config", site.configuration.path, "--watch"], log: log)
            try await eventually("the port and the bridge") {
                watch.output.contains("there") && watch.output.contains("it runs: front-desk ready")
            }
            let job = try await bridge.order("101", guest: "Planted Guest")
            _ = try await bridge.outcome(of: job.id)
            try await eventually("the job's end") { watch.output.contains("done, job") }
            #expect(!watch.output.contains("Planted Guest"))
            watch.signal(SIGINT)
            #expect(try await watch.exitStatus() == 0)
        }
    }

    @Test func watch_tellsLengths_andBytesOnlyWhenAsked() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let log = site.folder.appendingPathComponent("watch.log")
            let line = ["probe", encoder.link.path, "--driver", "industry-standard", "--set", "encoder=1", "--watch"]
            let watch = try RunningProgram(line, log: log)
            try await eventually("the answer") { watch.output.contains("received") && watch.output.contains("ready") }
            #expect(watch.output.contains("1 byte\n"), "\(watch.output)")
            watch.signal(SIGTERM)
            #expect(try await watch.exitStatus() == 0)
            let shown = try RunningProgram(line + ["--bytes"], log: site.folder.appendingPathComponent("bytes.log"))
            try await eventually("the bytes") { shown.output.contains("1 byte: 05") && shown.output.contains("1 byte: 06") }
            shown.signal(SIGTERM)
            #expect(try await shown.exitStatus() == 0)
        }
    }

    /// Whoever has read the first line may stop it at once.
    @Test func watch_endsWell_howeverEarlyItIsStopped() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            for round in 1...10 {
                let log = site.folder.appendingPathComponent("watch-\(round).log")
                let watch = try RunningProgram(
                    ["probe", encoder.link.path, "--driver", "industry-standard", "--set", "encoder=1", "--watch"], log: log)
                try await eventually("the first line") { !watch.output.isEmpty }
                watch.signal(SIGTERM)
                #expect(try await watch.exitStatus() == 0, "round \(round)")
            }
        }
    }

    @Test func report_isOneFile_withoutTheSitesTokens() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let path = site.folder.path + "/report.txt"
            let report = try await site.command("probe", "--config", site.configuration.path, "--report", "--output", path)
            #expect(report.status == 0, "\(report.output)")
            #expect(report.output.contains(path))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains("front-desk"))
            #expect(!text.contains(Site.writeToken))
        }
    }

    @Test func adopt_printsWhatToWriteDown() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let adopt = try await site.command(
                "probe", encoder.link.path, "--driver", "industry-standard", "--adopt", "--name", "kiosk")
            #expect(adopt.status == 0)
            #expect(
                adopt.output.contains("  kiosk:\n    driver: industry-standard\n    match: { device: \"\(encoder.link.path)\" }"),
                "\(adopt.output)")
            // Without a driver nothing can be pasted that would not work: the same command, once a driver.
            let question = try await site.command("probe", encoder.link.path, "--adopt", "--name", "kiosk")
            #expect(question.status == 1 && !question.output.contains("DRIVER"), "\(question.output)")
            let line = question.output.split(separator: "\n").first { $0.contains("--driver industry-standard") } ?? ""
            #expect(line.contains("\(encoder.link.path) --adopt --name kiosk --driver industry-standard"), "\(question.output)")
        }
    }
}
