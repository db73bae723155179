// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import SiteConfiguration
import Testing

@Suite struct LockServerRuleTests {
    private static let site = """
        encoders:
          front-desk:
            driver: fias
            match: { tcpListen: "10.0.0.2:10003", from: ["10.0.0.5", "10.0.0.6"] }
            settings: { encoder: "01" }
        connector:
          industryStandard:
            listen: 10.0.0.2:8090
            from: ["10.0.0.9"]
            encoders: { "Online Encoder 1": front-desk }
          fias:
            listen: 127.0.0.1:5010
            encoders: { "01": front-desk }
            checkOut: refuse
        """

    @Test func namesOfTheDesign_areRead() throws {
        let reading = try reading(Self.site)
        #expect(reading.problems == [])
        let site = reading.configuration
        #expect(site.encoders.first?.match == .tcpListen(host: "10.0.0.2", port: 10003, from: ["10.0.0.5", "10.0.0.6"]))
        #expect(site.industryStandard?.host == "10.0.0.2")
        #expect(site.industryStandard?.port == 8090)
        #expect(site.industryStandard?.from == ["10.0.0.9"])
        #expect(site.industryStandard?.encoders == ["Online Encoder 1": "front-desk"])
        #expect(site.fias?.way == .listens(host: "127.0.0.1", port: 5010, from: []))
        #expect(site.fias?.checkOut == .refuse)
        #expect(site.mews == nil)
    }

    @Test(arguments: [
        ("connect: 10.0.0.9:5010", FiasDoorSettings.Way.dials(host: "10.0.0.9", port: 5010)),
        ("device: /dev/ttyS0", .device("/dev/ttyS0", baud: 9600)),
        ("device: /dev/ttyS0, baud: 19200", .device("/dev/ttyS0", baud: 19200)),
        ("listen: '[::1]:5010'", .listens(host: "::1", port: 5010, from: [])),
        ("listen: '0.0.0.0:5010', from: 10.0.0.9", .listens(host: "0.0.0.0", port: 5010, from: ["10.0.0.9"])),
    ])
    func everyWay_isRead(text: String, way: FiasDoorSettings.Way) throws {
        let reading = try reading("connector: { fias: { \(text) } }")
        #expect(reading.problems == [])
        #expect(reading.configuration.fias?.way == way)
        #expect(reading.configuration.fias?.checkOut == .accept)
    }

    private static let noPassword =
        "can be reached from other machines, and this protocol has no password: write from: [ADDRESS], the addresses that may dial in"

    @Test(arguments: [
        ("connector: { fias: { listen: '0.0.0.0:5010' } }", "f.yaml:1:30: connector.fias.listen: '0.0.0.0' \(noPassword)"),
        (
            "connector: { industryStandard: { listen: '10.0.0.2:8090' } }",
            "f.yaml:1:42: connector.industryStandard.listen: '10.0.0.2' \(noPassword)"
        ),
        (
            "connector: { fias: { listen: '10.0.0.2:1', from: [10.0.0] } }",
            "f.yaml:1:51: connector.fias.from: '10.0.0' is no address: write those that may dial in, in figures and each in full, such as [10.0.0.5]"
        ),
        (
            "connector: { fias: { listen: '10.0.0.2:1', from: [0.0.0.0] } }",
            "f.yaml:1:51: connector.fias.from: '0.0.0.0' is no address: write those that may dial in, in figures and each in full, such as [10.0.0.5]"
        ),
        (
            "connector: { fias: { listen: '10.0.0.2:1', from: [] } }",
            "f.yaml:1:44: connector.fias.from: is empty: name at least one address, such as [10.0.0.5]"
        ),
        (
            "connector: { fias: { listen: '10.0.0.2:1', from: [{ a: b }] } }",
            "f.yaml:1:51: connector.fias.from: write plain words in this list, such as [10.0.0.5, 10.0.0.6]"
        ),
        (
            "connector: { fias: { listen: 'pms:5010' } }",
            "f.yaml:1:30: connector.fias.listen: 'pms:5010' is no address to listen on: write one of this machine in figures, such as 127.0.0.1:5010"
        ),
        ("connector:\n  fias: { checkOut: accept }", "f.yaml:2:3: connector.fias: write exactly one of listen, connect, device"),
        (
            "connector:\n  fias: { connect: '10.0.0.9:1', device: /dev/ttyS0 }",
            "f.yaml:2:3: connector.fias: write exactly one of listen, connect, device"
        ),
        (
            "connector: { fias: { connect: '10.0.0.9:1', from: [10.0.0.9] } }",
            "f.yaml:1:45: connector.fias.from: says who may dial in: it belongs to listen only"
        ),
        (
            "connector: { fias: { connect: nowhere } }",
            "f.yaml:1:31: connector.fias.connect: 'nowhere' is no address: write host:port such as 10.0.0.9:5010"
        ),
        (
            "connector: { fias: { connect: '10.0.0.9:1', baud: 9600 } }",
            "f.yaml:1:51: connector.fias.baud: is the speed of a serial line: it belongs to device only"
        ),
        (
            "connector: { fias: { device: /dev/ttyS0, baud: 9601 } }",
            "f.yaml:1:48: connector.fias.baud: '9601' is not possible here: use one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200"
        ),
        (
            "connector: { fias: { connect: '10.0.0.9:1', checkOut: yes } }",
            "f.yaml:1:55: connector.fias.checkOut: 'yes' is not possible here: write accept or refuse"
        ),
        (
            "connector: { fias: { connect: '10.0.0.9:1', encoders: { '01': desk } } }",
            "f.yaml:1:63: connector.fias.encoders.01: there is no encoder 'desk': write it under encoders first"
        ),
        (
            "connector:\n  industryStandard: { from: [10.0.0.9] }",
            "f.yaml:2:3: connector.industryStandard.listen: is missing: write the address that the hotel system dials, such as 127.0.0.1:8090"
        ),
        (
            "connector: { industryStandard: { lisen: '127.0.0.1:8090' } }",
            "f.yaml:1:34: connector.industryStandard.lisen: this key is not known: did you mean 'listen'?"
        ),
        ("connector: { opera: {} }", "f.yaml:1:14: connector.opera: this key is not known: known here: mews, industryStandard, fias"),
        (
            "encoders: { a: { driver: fias, match: { tcpListen: '10.0.0.2:1' } } }",
            "f.yaml:1:52: encoders.a.match.tcpListen: '10.0.0.2' \(noPassword)"
        ),
        (
            "encoders: { a: { driver: fias, match: { tcp: '10.0.0.2:1', from: [10.0.0.5] } } }",
            "f.yaml:1:60: encoders.a.match.from: says who may dial in: it belongs to tcpListen only"
        ),
    ])
    func sentence_namesLineColumnKeyAndWhatToWrite(text: String, expected: String) throws {
        #expect(try problems(text) == [expected])
    }

    /// What else is right is served all the same.
    @Test func wrongFacade_leavesTheOthersAlone() throws {
        let reading = try reading(Self.site.replacing("listen: 127.0.0.1:5010", with: "listen: nowhere"))
        #expect(reading.configuration.fias == nil)
        #expect(reading.configuration.industryStandard != nil)
        #expect(reading.configuration.encoders.count == 1)
    }

    @Test func environment_winsOverTheFile() throws {
        let reading = try reading(
            Self.site,
            ["ENCODER_BRIDGE_CONNECTOR_FIAS_LISTEN": "10.0.0.2:5011", "ENCODER_BRIDGE_CONNECTOR_FIAS_FROM": "10.0.0.7, 10.0.0.8"])
        #expect(reading.configuration.fias?.way == .listens(host: "10.0.0.2", port: 5011, from: ["10.0.0.7", "10.0.0.8"]))
    }
}
