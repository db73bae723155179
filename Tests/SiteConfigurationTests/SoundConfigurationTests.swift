// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import SiteConfiguration
import Testing

@Suite struct SoundConfigurationTests {
    @Test func everyKey_arrives_whenTheFileHasAll() throws {
        let reading = try reading(wholeConfiguration)
        #expect(reading.problems == [])
        #expect(reading.brokenEncoders == [])
        let configuration = reading.configuration
        #expect(configuration.timeZone?.identifier == "Europe/Prague")
        #expect(configuration.journal.path == "/var/lib/encoder-bridge/journal.sqlite")
        #expect(configuration.endpoint?.listen == .tcp(host: "127.0.0.1", port: 8630))
        #expect(configuration.endpoint?.tokensFile == "/etc/encoder-bridge/tokens")
        #expect(
            configuration.encoders == [
                EncoderConfiguration(
                    name: "front-desk", driver: "industry-standard", match: .serial("A50285BI"),
                    settings: DriverSettings(["encoder": "Online Encoder 1", "answerTimeout": "30s"])),
                EncoderConfiguration(name: "back.office_2", driver: "pn532", match: .tcp(host: "10.0.0.5", port: 8090)),
            ])
        let mews = try #require(configuration.mews)
        #expect(mews.api == "https://api.mews.com")
        #expect(mews.webSocket == "wss://ws.mews.com/ws/connector")
        #expect(mews.client == "Encoder Bridge 1.0.0")
        #expect(
            mews.access
                == .accessToken(
                    clientTokenFile: "/etc/encoder-bridge/mews-client-token", accessTokenFile: "/etc/encoder-bridge/mews-access-token"))
        #expect(mews.keyCutters == ["1": "front-desk"])
        #expect(mews.unknownKeyCutter == .ignore)
        #expect(mews.staleAfter == .seconds(600))
    }

    @Test(arguments: ["", "# only a comment\n", "encoders:\nconnector:\n", "{}"])
    func defaults_areThere_whenTheFileSaysNothing(text: String) throws {
        let reading = try reading(text)
        #expect(reading.problems == [])
        #expect(reading.configuration == SiteConfiguration())
        #expect(reading.configuration.endpoint?.listen.description == "127.0.0.1:8630")
        #expect(reading.configuration.mews == nil)
    }

    @Test func mewsDefaults_areThere_whenOnlyTokensAreGiven() throws {
        let reading = try reading("connector: { mews: { connectorTokenFile: token } }")
        #expect(reading.problems == [])
        let mews = try #require(reading.configuration.mews)
        #expect(mews.access == .connectorToken(clientTokenFile: nil, connectorTokenFile: "/etc/site/token"))
        #expect(mews.api == "https://api.mews.com")
        #expect(mews.unknownKeyCutter == .fail)
        #expect(mews.staleAfter == .seconds(300))
    }

    @Test func relativePaths_startFromTheFolderOfTheFile() throws {
        let text = """
            journal: { path: data/journal.sqlite }
            endpoint: { listen: "unix:run/e.sock", tokensFile: ../tokens }
            encoders: { a: { driver: x, match: { device: tty0 } }, b: { driver: x, match: { path: pci-0000:00 } } }
            connector: { mews: { clientTokenFile: "credential:client", accessTokenFile: ./access } }
            """
        let configuration = try reading(text).configuration
        #expect(configuration.journal.path == "/etc/site/data/journal.sqlite")
        #expect(configuration.endpoint?.listen == .unix(path: "/etc/site/run/e.sock"))
        #expect(configuration.endpoint?.tokensFile == "/etc/tokens")
        #expect(configuration.encoders.map(\.match) == [.device("/etc/site/tty0"), .path("pci-0000:00")])
        #expect(configuration.mews?.access == .accessToken(clientTokenFile: "credential:client", accessTokenFile: "/etc/site/access"))
    }

    @Test(arguments: [
        ("127.0.0.1:1", ListenAddress.tcp(host: "127.0.0.1", port: 1)), ("127.9.8.7:80", .tcp(host: "127.9.8.7", port: 80)),
        ("localhost:8630", .tcp(host: "localhost", port: 8630)), ("[::1]:65535", .tcp(host: "::1", port: 65_535)),
        ("unix:/run/e.sock", .unix(path: "/run/e.sock")),
    ])
    func listen_takesAddressesOfThisMachine(text: String, address: ListenAddress) throws {
        let reading = try reading("endpoint: { listen: '\(text)' }")
        #expect(reading.problems == [])
        #expect(reading.configuration.endpoint?.listen == address)
        #expect(address.description == text)
    }

    @Test func scalars_stayAsTheyAreWritten_andAliasesAreFollowed() throws {
        let text = """
            encoders:
              a: { driver: x, match: { serial: 00123E4 }, settings: &common { baud: 0x10, on: yes, empty: "" } }
              b: { driver: x, match: { reader: ~1 }, settings: *common }
            """
        let encoders = try reading(text).configuration.encoders
        #expect(encoders[0].match == .serial("00123E4"))
        #expect(encoders[0].settings.values == ["baud": "0x10", "on": "yes", "empty": ""])
        #expect(encoders[1].settings == encoders[0].settings)
    }

    @Test func deliveredConfiguration_isSound() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../packaging").standardizedFileURL
        let path = root.appendingPathComponent("encoder-bridge.yaml").path
        #expect(try loading(path).problems == [])
        #expect(try loading(path).isAsShipped)
        // What it shows switched off is right too.
        let shown = try String(contentsOfFile: path, encoding: .utf8).replacing(/#(?=[a-z])/, with: "")
        let full = try reading(shown)
        #expect(full.problems.map(\.description) == [])
        #expect(full.configuration.encoders.count == 1 && full.configuration.mews != nil && full.configuration.timeZone != nil)
    }

    @Test(arguments: ["", "property: { timeZone: Europe/Prague, language: de }", "endpoint: { listen: 127.0.0.1:8630 }"])
    func reading_isAsShipped_whenASetupWouldLoseNothing(text: String) throws {
        #expect(try reading(text).isAsShipped)
    }

    @Test(arguments: [
        "encoders: { bar: { driver: pn532, match: { serial: A1 } } }", "encoders: { bar: { driver: pn532 } }",
        "connector: { fias: { listen: 127.0.0.1:5010 } }", "connector: { mews: { connectorTokenFile: token } }",
        "mqtt: { broker: \"mqtt://127.0.0.1:1883\" }", "endpoint: { tokensFile: tokens }", "endpoint: { listen: 127.0.0.1:8631 }",
        "journal: { path: /data/journal.sqlite }", "queue: { staleAfter: 1m }", "alerts: { mail: { to: [a@b.c], from: b@b.c } }",
        "layouts: { door: { pages: { 4: \"{lock be=4}\" } } }", "prperty: {}",
    ])
    func reading_isNotAsShipped_whenAPersonWroteIt(text: String) throws {
        #expect(try !reading(text).isAsShipped)
    }
}
