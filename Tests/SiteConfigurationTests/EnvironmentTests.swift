// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import SiteConfiguration
import Testing

@Suite struct EnvironmentTests {
    @Test func everyScalar_canBeReplaced() throws {
        let environment = [
            "PROPERTY_TIME_ZONE": "America/New_York", "JOURNAL_PATH": "here.sqlite", "ENDPOINT_LISTEN": "localhost:9000",
            "ENDPOINT_TOKENS_FILE": "/t", "ENCODERS_FRONT_DESK_DRIVER": "other", "ENCODERS_FRONT_DESK_MATCH_DEVICE": "/dev/pts/7",
            "ENCODERS_FRONT_DESK_SETTINGS_ANSWER_TIMEOUT": "5s", "ENCODERS_BACK_OFFICE_2_MATCH_TCP": "h:1",
            "CONNECTOR_MEWS_API": "http://127.0.0.1:1/", "CONNECTOR_MEWS_WEB_SOCKET": "ws://[::1]:2/ws",
            "CONNECTOR_MEWS_CLIENT": "Other 2", "CONNECTOR_MEWS_CLIENT_TOKEN_FILE": "/c", "CONNECTOR_MEWS_ACCESS_TOKEN_FILE": "/a",
            "CONNECTOR_MEWS_KEY_CUTTERS_1": "back.office_2", "CONNECTOR_MEWS_UNKNOWN_KEY_CUTTER": "fail",
            "CONNECTOR_MEWS_STALE_AFTER": "1m",
        ]
        let reading = try reading(
            wholeConfiguration, Dictionary(uniqueKeysWithValues: environment.map { ("ENCODER_BRIDGE_" + $0.key, $0.value) }))
        #expect(reading.problems.map(\.description) == [])
        let configuration = reading.configuration
        #expect(configuration.timeZone?.identifier == "America/New_York")
        #expect(configuration.journal.path == "/etc/site/here.sqlite")
        #expect(configuration.endpoint == EndpointConfiguration(listen: .tcp(host: "localhost", port: 9000), tokensFile: "/t"))
        #expect(configuration.encoders.map(\.driver) == ["other", "pn532"])
        #expect(configuration.encoders.map(\.match) == [.device("/dev/pts/7"), .tcp(host: "h", port: 1)])
        #expect(configuration.encoders[0].settings.values["answerTimeout"] == "5s")
        let mews = try #require(configuration.mews)
        #expect(mews.api == "http://127.0.0.1:1/" && mews.webSocket == "ws://[::1]:2/ws")
        #expect(mews.client == "Other 2" && mews.access == .accessToken(clientTokenFile: "/c", accessTokenFile: "/a"))
        #expect(mews.keyCutters == ["1": "back.office_2"] && mews.unknownKeyCutter == .fail && mews.staleAfter == .seconds(60))
    }

    @Test func sectionsThatTheFileLacks_canBeFilled() throws {
        let environment = [
            "ENCODER_BRIDGE_CONNECTOR_MEWS_CLIENT_TOKEN_FILE": "c", "ENCODER_BRIDGE_CONNECTOR_MEWS_ACCESS_TOKEN_FILE": "a",
            "ENCODER_BRIDGE_ENDPOINT_LISTEN": "unix:/run/e",
        ]
        let reading = try reading("", environment)
        #expect(reading.problems.map(\.description) == [])
        #expect(reading.configuration.mews?.access == .accessToken(clientTokenFile: "/etc/site/c", accessTokenFile: "/etc/site/a"))
        #expect(reading.configuration.endpoint?.listen == .unix(path: "/run/e"))
    }

    @Test func problem_namesTheVariable() throws {
        #expect(
            try problems("endpoint: { listen: 127.0.0.1:1 }", ["ENCODER_BRIDGE_ENDPOINT_LISTEN": "x"]) == [
                "environment ENCODER_BRIDGE_ENDPOINT_LISTEN: endpoint.listen: 'x' is no address: write host:port such as 127.0.0.1:8630, "
                    + "or unix:/path"
            ])
    }

    @Test func strayVariable_isReported_butOnlyWhereItLooksLikeAKey() throws {
        let environment = [
            "ENCODER_BRIDGE_ENDPOINT_LISTN": "x", "ENCODER_BRIDGE_ENCODERS_NOBODY_DRIVER": "x", "ENCODER_BRIDGE_DRIVER": "udev's",
            "HOME": "/root",
        ]
        #expect(
            try reading("", environment).problems.map(\.place) == [
                .environment("ENCODER_BRIDGE_ENCODERS_NOBODY_DRIVER"), .environment("ENCODER_BRIDGE_ENDPOINT_LISTN"),
            ])
    }
}
