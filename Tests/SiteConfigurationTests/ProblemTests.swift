// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import SiteConfiguration
import Testing

@Suite struct ProblemTests {
    /// One text, and all that is said about it.
    @Test(arguments: [
        ("propery: {}", ["f.yaml:1:1: propery: this key is not known: did you mean 'property'?"]),
        (
            "weather: rain",
            [
                "f.yaml:1:1: weather: this key is not known: known here: property, journal, queue, endpoint, cardKeys, layouts, encoders, connector, mqtt, locks, access, alerts"
            ]
        ),
        ("property: { timezone: UTC }", ["f.yaml:1:13: property.timezone: this key is not known: did you mean 'timeZone'?"]),
        (
            "property:\n  timeZone: Europe/Prage",
            ["f.yaml:2:13: property.timeZone: 'Europe/Prage' is not a time zone: did you mean Europe/Prague?"]
        ),
        (
            "property: { timeZone: Bohemia/Brno }",
            ["f.yaml:1:23: property.timeZone: 'Bohemia/Brno' is not a time zone: write an IANA name such as Europe/Prague"]
        ),
        (
            "property: { timeZone: CEST }",
            ["f.yaml:1:23: property.timeZone: 'CEST' is not a time zone: write an IANA name such as Europe/Prague"]
        ),
        ("property:\n  timeZone:", ["f.yaml:2:3: property.timeZone: has no value: write one, or leave the key out"]),
        ("property:\n  timeZone: [UTC]", ["f.yaml:2:13: property.timeZone: write one value here, not a section or a list"]),
        ("journal: here", ["f.yaml:1:10: journal: write a section here: keys with their values, one on each line below, indented"]),
        ("journal: { path: '' }", ["f.yaml:1:18: journal.path: write the path of a file"]),
        (
            "endpoint:\n  listen: 8630",
            ["f.yaml:2:11: endpoint.listen: '8630' is no address: write host:port such as 127.0.0.1:8630, or unix:/path"]
        ),
        (
            "endpoint: { listen: '127.0.0.1:0' }",
            ["f.yaml:1:21: endpoint.listen: '127.0.0.1:0' is no address: write host:port such as 127.0.0.1:8630, or unix:/path"]
        ),
        (
            "endpoint: { listen: 0.0.0.0:8630 }",
            [
                "f.yaml:1:21: endpoint.listen: '0.0.0.0' can be reached from other machines, which needs TLS and tokens: write "
                    + "endpoint.tls and endpoint.tokensFile too, or 127.0.0.1:8630"
            ]
        ),
        (
            "endpoint: { listen: '10.0.0.5:8443', tls: { certificateFile: c.pem, keyFile: k.pem } }",
            [
                "f.yaml:1:21: endpoint.listen: '10.0.0.5' can be reached from other machines, which needs TLS and tokens: write "
                    + "endpoint.tokensFile too, or 127.0.0.1:8443"
            ]
        ),
        (
            "endpoint: { listen: '10.0.0.5:8443', tokensFile: t }",
            [
                "f.yaml:1:21: endpoint.listen: '10.0.0.5' can be reached from other machines, which needs TLS and tokens: write "
                    + "endpoint.tls too, or 127.0.0.1:8443"
            ]
        ),
        (
            "endpoint: { listen: '0.0.0.0:8443', tokensFile: t, tls: { certificateFile: c.pem } }",
            ["f.yaml:1:57: endpoint.tls.keyFile: TLS needs certificateFile and keyFile: write the path of a PEM file"]
        ),
        (
            "endpoint: { listen: 'unix:/run/e.sock', tls: { certificateFile: c.pem, keyFile: k.pem } }",
            [
                "f.yaml:1:21: endpoint.listen: a socket is for programs on this machine and takes no TLS: write host:port, or take "
                    + "`tls` out"
            ]
        ),
        (
            "endpoint: { listen: 'unix:/\(String(repeating: "x", count: 120))' }",
            ["f.yaml:1:21: endpoint.listen: this path is too long for a socket: use at most 107 bytes"]
        ),
        (
            "endpoint: { tokensFile: 'credential:../x' }",
            ["f.yaml:1:25: endpoint.tokensFile: write credential: and the name of a systemd credential, without slashes"]
        ),
    ])
    func sentence_namesLineColumnKeyAndWhatToWrite(text: String, expected: [String]) throws {
        #expect(try problems(text) == expected)
    }

    @Test(arguments: [
        ("a: { match: { serial: X1 } }", ["f.yaml:2:3: encoders.a.driver: the driver is missing: write `driver:` and its name"]),
        ("a: { driver: x }", ["f.yaml:2:3: encoders.a.match: write exactly one of serial, path, device, reader, tcp, tcpListen"]),
        (
            "a: { driver: x, match: {} }",
            ["f.yaml:2:19: encoders.a.match: write exactly one of serial, path, device, reader, tcp, tcpListen"]
        ),
        (
            "a: { driver: x, match: { serial: X1, tcp: h:1 } }",
            ["f.yaml:2:19: encoders.a.match: write exactly one of serial, path, device, reader, tcp, tcpListen"]
        ),
        (
            "a: { driver: x, match: { seriel: X1 } }",
            ["f.yaml:2:28: encoders.a.match.seriel: this key is not known: did you mean 'serial'?"]
        ),
        (
            "a: { driver: x, match: { tcp: nowhere } }",
            ["f.yaml:2:33: encoders.a.match.tcp: 'nowhere' is no address: write host:port such as 10.0.0.5:8090"]
        ),
        (
            "a: { driver: x, match: { serial: '0001' } }",
            [
                "f.yaml:2:36: encoders.a.match.serial: every adapter of its kind has the serial number '0001': use `path:` as "
                    + "`encoder-bridge probe` shows it"
            ]
        ),
        (
            "a: { driver: x, match: { path: /dev/ttyUSB0 } }",
            [
                "f.yaml:2:34: encoders.a.match.path: '/dev/ttyUSB0' is a device: write `device: /dev/ttyUSB0`, or the ID_PATH that "
                    + "`encoder-bridge probe` shows"
            ]
        ),
        (
            "a: { driver: x, match: { reader: '' } }",
            ["f.yaml:2:36: encoders.a.match.reader: write which port: `encoder-bridge probe` lists them"]
        ),
        (
            "a: { driver: x, match: { serial: X1 }, setings: { a: b } }",
            ["f.yaml:2:42: encoders.a.setings: this key is not known: did you mean 'settings'?"]
        ),
        (
            "a: { driver: x, match: { serial: X1 }, settings: { a: [1] } }",
            ["f.yaml:2:57: encoders.a.settings.a: write one value here, not a section or a list"]
        ),
        (
            "front desk: { driver: x, match: { serial: X1 } }",
            ["f.yaml:2:3: encoders.front desk: name an encoder with 1 to 64 letters, digits, dots, dashes and underscores"]
        ),
        (
            "\(String(repeating: "n", count: 65)): { driver: x, match: { serial: X1 } }",
            [
                "f.yaml:2:3: encoders.\(String(repeating: "n", count: 65)): name an encoder with 1 to 64 letters, digits, dots, dashes "
                    + "and underscores"
            ]
        ),
        (
            "a: { driver: x, match: { device: /dev/x } }\n  b: { driver: x, match: { device: /dev/x } }",
            ["f.yaml:3:19: encoders.b.match: encoder 'a' has the same port: each needs one of its own"]
        ),
    ])
    func brokenEncoder_isLeftOut_andTheOthersStay(entry: String, expected: [String]) throws {
        let text = "encoders:\n  \(entry)\n  sound: { driver: y, match: { reader: R } }\n"
        let reading = try reading(text)
        #expect(reading.problems.map(\.description) == expected)
        #expect(reading.configuration.encoders.map(\.name).contains("sound"))
        #expect(reading.brokenEncoders.count == 1)
        #expect(!reading.configuration.encoders.map(\.name).contains(where: reading.brokenEncoders.contains))
    }

    @Test(arguments: [
        ("api", "api.mews.com", "this is no address: write one such as https://api.mews.com"),
        ("api", "http://api.mews.com", "http:// sends tokens in the clear: write https://api.mews.com"),
        ("api", "ftp://api.mews.com", "'ftp' is not possible here: write one such as https://api.mews.com"),
        (
            "api", "https://me:pw@api.mews.com",
            "an address has no user, password, question mark or # in it: write one such as https://api.mews.com"
        ),
        ("webSocket", "ws://ws.mews.com", "ws:// sends tokens in the clear: write wss://ws.mews.com"),
        ("webSocket", "https://ws.mews.com", "'https' is not possible here: write one such as wss://ws.mews.com/ws/connector"),
        ("client", "  ", "write the name and version under which Mews knows this client, such as Encoder Bridge 1.0.0"),
        ("unknownKeyCutter", "skip", "'skip' is not possible here: write fail or ignore"),
        ("connectorTokenFile", "x", "write accessTokenFile or connectorTokenFile, not both"),
    ])
    func brokenConnector_isLeftOut(key: String, value: String, sentence: String) throws {
        let text = "connector:\n  mews:\n    clientTokenFile: c\n    accessTokenFile: a\n    \(key): '\(value)'\n"
        let reading = try reading(text)
        let column = key == "connectorTokenFile" ? 5 : 7 + key.count
        #expect(reading.problems.map(\.description) == ["f.yaml:5:\(column): connector.mews.\(key): \(sentence)"])
        #expect(reading.configuration.mews == nil)
    }

    @Test func missingTokens_areNamedBoth() throws {
        #expect(
            try problems("connector:\n  mews:\n    client: C 1\n") == [
                "f.yaml:2:3: connector.mews.accessTokenFile: the property's token is missing: write the path of a file that holds it",
                "f.yaml:2:3: connector.mews.clientTokenFile: the client's token is missing: write the path of a file that holds it",
            ])
    }

    @Test(arguments: [
        ("staleAfter: 5", "f.yaml:5:17: connector.mews.staleAfter: '5' is not possible here: write a time from 1s to 24h, such as 5m"),
        ("staleAfter: 48h", "f.yaml:5:17: connector.mews.staleAfter: '48h' is not possible here: write a time from 1s to 24h, such as 5m"),
        (
            "keyCutters: { '1': desk }",
            "f.yaml:5:24: connector.mews.keyCutters.1: there is no encoder 'desk': write it under encoders first"
        ),
    ])
    func connector_staysWithoutWhatIsWrong_whenThatHurtsNothingElse(line: String, sentence: String) throws {
        let reading = try reading("connector:\n  mews:\n    clientTokenFile: c\n    accessTokenFile: a\n    \(line)\n")
        #expect(reading.problems.map(\.description) == [sentence])
        #expect(reading.configuration.mews?.staleAfter == .seconds(300))
    }

    @Test func keyCutter_mayLeadToABrokenEncoder_withoutASecondProblem() throws {
        let text = """
            encoders: { front-desk: { driver: x } }
            connector: { mews: { clientTokenFile: c, accessTokenFile: a, keyCutters: { "1": front-desk, "2": front-desc } } }
            """
        let reading = try reading(text)
        #expect(
            reading.problems.map(\.description) == [
                "f.yaml:1:13: encoders.front-desk.match: write exactly one of serial, path, device, reader, tcp, tcpListen",
                "f.yaml:2:98: connector.mews.keyCutters.2: there is no encoder 'front-desc': did you mean 'front-desk'?",
            ])
        #expect(reading.configuration.mews?.keyCutters["2"] == "front-desc")
    }

    @Test func allProblems_areReported_inTheOrderOfTheFile() throws {
        let text = """
            property: { timeZone: Nowhere/X }
            endpoint: { listen: 1.2.3.4:5 }
            encoders:
              a: { match: { tcp: x } }
              b c: { driver: x }
            connector: { mews: { api: x, staleAfter: y } }
            journal: { pth: x }
            """
        let lines = try reading(text).problems.map { problem -> Int in
            guard case .file(_, let line, _) = problem.place else { return -1 }
            return line
        }
        #expect(lines == [1, 2, 4, 4, 5, 5, 6, 6, 6, 6, 7])
    }

    @Test func driversObjection_isPlacedAtItsSetting() throws {
        let text = "encoders:\n  a:\n    driver: d\n    match: { reader: R }\n    settings:\n      baud: fast\n"
        let reading = try reading(text) { encoder in
            #expect(encoder.driver == "d" && encoder.settings.values == ["baud": "fast"])
            return [
                DriverObjection(setting: "baud", "'baud' is 'fast': write a number"), DriverObjection(setting: "site", "'site' is missing"),
                DriverObjection(setting: nil, "there is no driver 'd'"),
            ]
        }
        #expect(
            reading.problems.map(\.description) == [
                "f.yaml:3:13: encoders.a.settings.site: 'site' is missing", "f.yaml:3:13: encoders.a.driver: there is no driver 'd'",
                "f.yaml:6:13: encoders.a.settings.baud: 'baud' is 'fast': write a number",
            ])
        #expect(reading.brokenEncoders == ["a"])
    }
}
