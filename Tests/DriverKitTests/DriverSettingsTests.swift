// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Testing

@Suite struct DriverSettingsTests {
    static let product = SettingDescription("product", "the maker's product", default: "salto", choices: ["salto", "onity"])
    static let encoder = SettingDescription("encoder", "number of the encoder", default: nil)
    static let copies = SettingDescription("copies", "how many", default: "1")
    static let wait = SettingDescription("wait", "how long", default: "30s")

    @Test func text_isTheDefault_whenTheSiteSaysNothing() throws {
        #expect(try DriverSettings().text(Self.product) == "salto")
        #expect(try DriverSettings(["product": "onity"]).text(Self.product) == "onity")
    }

    @Test func text_isRefused_whenItIsMissingOrNoChoice() {
        let missing = #expect(throws: SettingsFault.self) { try DriverSettings().text(Self.encoder) }
        #expect(missing?.description == "'encoder' is missing: number of the encoder")
        let wrong = #expect(throws: SettingsFault.self) { try DriverSettings(["product": "tesla"]).text(Self.product) }
        #expect(wrong?.description == "'product' is 'tesla': use one of salto, onity")
        #expect(wrong?.key == "product")
    }

    @Test func unknownNames_areRefused_withTheKnownOnes() {
        let fault = #expect(throws: SettingsFault.self) {
            try DriverSettings(["encodr": "1"]).refuseUnknown(besides: [Self.encoder, Self.product])
        }
        #expect(fault?.description == "'encodr' is not a setting of this driver: it knows encoder, product")
    }

    @Test(arguments: ["0", "10", "one", "1.5", ""]) func integer_isRefused_outsideItsRange(text: String) {
        #expect(throws: SettingsFault.self) { try DriverSettings(["copies": text]).integer(Self.copies, in: 1...9) }
    }

    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("500ms", .milliseconds(500)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
        ("400d", .seconds(400 * 86_400)), ("0s", .zero),
    ])
    func duration_isRead(text: String, duration: Duration) {
        #expect(Duration(settingText: text) == duration)
    }

    @Test(arguments: ["", "s", "30", "-1s", "1.5s", "30 s", "99999999999999999999s", "5w", "٣s"])
    func duration_isNothing_whenItIsNoTime(text: String) {
        #expect(Duration(settingText: text) == nil)
        #expect(throws: SettingsFault.self) { try DriverSettings(["wait": text]).duration(Self.wait) }
    }

    @Test func line_isChangedByTheSite_andKeepsTheRest() throws {
        let line = LineSettings(baud: 9600, parity: .even, flow: .hardware)
        let changed = try line.changed(by: DriverSettings(["baud": "19200", "flow": "none"]))
        #expect(changed == LineSettings(baud: 19_200, parity: .even, flow: .none))
        #expect(throws: SettingsFault.self) { try line.changed(by: DriverSettings(["baud": "9601"])) }
    }
}
