// SPDX-License-Identifier: Apache-2.0
import Doctor
import Foundation
import Testing

/// The commands of the technician: what they print, and the exit status that scripts and monitoring go by.
@Suite(.timeLimit(.minutes(6))) struct CommandTests {
    @Test func check_is0_whenNothingIsWrong() async throws {
        try await Site.open { site in
            try site.configure(encoders: Site.entry("front-desk", "/dev/ttyS0"))
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 0, "\(check.output)")
            #expect(check.output.contains("nothing wrong. 1 encoder:"))
            let json = try await site.command("check", "--config", site.configuration.path, "--json")
            #expect(json.status == 0)
            #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String] == [])
        }
    }

    @Test func check_is1_andNamesLineAndKey() async throws {
        try await Site.open { site in
            try site.configure(encoders: Site.entry("front-desk", "/dev/ttyS0", settings: "answerTimeot: 3s"))
            let lines = try String(contentsOf: site.configuration, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { $0.contains("answerTimeot") }) + 1
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 1)
            #expect(check.output.contains("bridge.yaml:\(line)"), "\(check.output)")
            #expect(check.output.contains("answerTimeot"), "\(check.output)")
            struct Finding: Decodable { let place, key, message: String }
            let json = try await site.command("check", "--config", site.configuration.path, "--json")
            #expect(json.status == 1)
            #expect(try JSONDecoder().decode([Finding].self, from: Data(json.output.utf8)).count == 1)
        }
    }

    /// A PC/SC reader has no device node: what names one would never be found.
    @Test(arguments: ["device: /dev/ttyS0", "serial: ABC", "path: pci-0000"]) func check_refusesWhatNamesNoReader_forPcsc(match: String)
        async throws
    {
        try await Site.open { site in
            try site.configure(encoders: "  desk: { driver: pcsc, match: { \(match) } }\n")
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 1 && check.output.contains("match: { reader: NAME }"), "\(check.output)")
        }
    }

    @Test func check_saysWhichCardsTheDriverWrites_andThatCertificatesAreMissing() async throws {
        try await Site.open { site in
            try site.secret("tokens", "desk write \(Site.writeToken)")
            try site.secret("token", "0123456789ABCDEF0123456789ABCDEF")
            let text = """
                layouts: { door: { pages: { 4: "{lock be=4}" } } }
                encoders: { bar: { driver: msr, match: { device: /dev/ttyS0 }, layout: door } }
                connector:
                  mews:
                    client: Test 1.0.0
                    clientTokenFile: \(site.folder.path)/token
                    accessTokenFile: \(site.folder.path)/token
                    trustRootsFile: \(site.folder.path)/token
                """
            try Data(text.utf8).write(to: site.configuration)
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 1)
            #expect(check.output.contains("the layout 'door' writes pages, the driver msr writes magnetic"), "\(check.output)")
            #expect(check.output.contains("connector.mews.trustRootsFile: "), "\(check.output)")
            #expect(check.output.contains("cannot be read as certificates: put the proxy's certificate there"), "\(check.output)")
        }
    }

    @Test func check_is78_whenTheFileCannotBeRead() async throws {
        try await Site.open { site in
            let missing = try await site.command("check", "--config", site.folder.path + "/nowhere.yaml")
            #expect(missing.status == 78)
            try Data("encoders: [ {".utf8).write(to: site.configuration)
            let broken = try await site.command("check", "--config", site.configuration.path)
            #expect(broken.status == 78)
            let run = try await site.command("run", "--config", site.configuration.path)
            #expect(run.status == 78)
        }
    }

    @Test func status_is0_1_or69_asTheBridgeIs() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let arguments = (site.configuration.path, "--json")
            let before = try await site.command("status", "--config", arguments.0)
            #expect(before.status == 69)
            #expect(before.took < .seconds(30), "a bridge that does not run is not waited for")
            #expect(before.output.contains("no bridge answers at unix:\(site.socket.path)"), "\(before.output)")
            let bridge = try site.bridge()
            try await bridge.ready()
            let well = try await site.command("status", "--config", arguments.0, arguments.1)
            #expect(well.status == 0)
            #expect(try JSONDecoder().decode(StatusView.self, from: Data(well.output.utf8)).encoders.first?.state == "ready")
            let page = try await site.command("status", "--config", arguments.0)
            #expect(page.status == 0)
            #expect(page.output.contains("front-desk"))
            #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(page.output)")
            try await encoder.program.stop()
            try await eventually("the encoder to be absent") { try await bridge.encoder().state == "absent" }
            let absent = try await site.command("status", "--config", arguments.0)
            #expect(absent.status == 1)
            #expect(try await bridge.program.stop() == 0)
            let after = try await site.command("status", "--config", arguments.0)
            #expect(after.status == 69)
        }
    }

    @Test func cardAndTell_nameTheEncodersThereAre_andTheReasonOfARefusal() async throws {
        try await Site.open { site in
            try site.configure(try await site.encoder(), property: "property: { language: de }")
            let without = try await site.command("card", "front-desk", "--config", site.configuration.path)
            #expect(without.status == 69 && !without.output.contains("Karte"), "\(without.output)")
            let bridge = try site.bridge()
            try await bridge.ready()
            for words in [["card", "spa"], ["tell", "spa", "check-out", "--room", "101"]] {
                let unknown = try await RunningProgram.run(words + ["--config", site.configuration.path])
                #expect(unknown.status == 1 && unknown.output.contains("'spa': it has front-desk"), "\(unknown.output)")
            }
            let told = try await site.command(
                "tell", "front-desk", "check-out", "--room", "101", "--reservation", "7", "--config", site.configuration.path)
            #expect(told.status == 1 && told.output.contains("\nrejected: "), "\(told.output)")
        }
    }

    @Test func jobs_areAskedForAtLeastOne() async throws {
        #expect(try await RunningProgram.run(["jobs", "--limit", "0"]).status == 64)
    }

    @Test func check_namesTheNextStep_whenThereIsNoEncoder() async throws {
        try await Site.open { site in
            try Data("property: { language: de }\n".utf8).write(to: site.configuration)
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 0 && check.output.contains("nothing wrong. No encoder yet: `encoder-bridge probe`"), "\(check.output)")
        }
    }

    @Test func probe_is0_whenTheConfiguredPortIsUsable_and1WhenItIsNot() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let usable = try await site.command("probe", "--config", site.configuration.path)
            #expect(usable.status == 0, "\(usable.output)")
            let asked = try await site.command("probe", "--config", site.configuration.path, "--identify", "--json")
            #expect(asked.status == 0, "\(asked.output)")
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(asked.output.utf8)) }
            let direct = try await site.command("probe", encoder.link.path, "--driver", "industry-standard", "--set", "encoder=1")
            #expect(direct.status == 0, "\(direct.output)")
            try await encoder.program.stop()
            let gone = try await site.command("probe", "--config", site.configuration.path)
            #expect(gone.status == 1, "\(gone.output)")
            #expect(gone.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(gone.output)")
        }
    }
}
