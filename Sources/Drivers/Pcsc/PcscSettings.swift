// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// The settings of one PC/SC reader, read and checked.
struct PcscSettings: Sendable {
    /// What `FF 82` says of the place of a key, in the order in which it is tried.
    let keyStructures: [UInt8]
    let keySlot: UInt8
    let cards: ContactlessSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        cards = try ContactlessSettings(settings)
        keyStructures =
            switch try settings.text(Self.keyStructure) {
            case "00": [0x00]
            case "20": [0x20]
            default: [0x00, 0x20]
            }
        keySlot = UInt8(try settings.integer(Self.keySlotSetting, in: 0...1))
    }

    static let all = ContactlessSettings.all + [keyStructure, keySlotSetting]
    private static let keyStructure = SettingDescription(
        "keyStructure", "how the reader keeps keys: 00 ACR122U and its kin, 20 most others; auto tries both", default: "auto",
        choices: ["auto", "00", "20"])
    private static let keySlotSetting = SettingDescription("keySlot", "place in the reader for the card key, 0 or 1", default: "0")
}
