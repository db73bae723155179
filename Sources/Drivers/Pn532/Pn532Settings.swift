// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// The settings of one PN532 as its site wrote them.
struct Pn532Settings: Sendable, Hashable {
    /// What the chip starts with.
    static let startSpeed = 115_200
    /// Codes of the speeds that both the chip and a Linux line have.
    static let speeds: [Int: UInt8] = [
        9600: 0x00, 19200: 0x01, 38400: 0x02, 57600: 0x03, 115_200: 0x04, 230_400: 0x05, 460_800: 0x06, 921_600: 0x07,
    ]

    private static let speed = SettingDescription(
        "speed", "speed of the line; the chip is switched to it after its start. Leave it alone behind TCP",
        default: String(startSpeed), choices: speeds.keys.sorted().map(String.init))
    static let all = [speed] + ContactlessSettings.all

    let speed: Int
    let cards: ContactlessSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        speed = Int(try settings.text(Self.speed)) ?? Self.startSpeed
        cards = try ContactlessSettings(settings)
    }

    /// Where to look for a chip that does not answer at its start speed: at ours first, then the fast ones.
    var otherSpeeds: [Int] {
        ([speed] + Self.speeds.keys.filter { $0 != speed }.sorted(by: >)).filter { $0 != Self.startSpeed }
    }
}
