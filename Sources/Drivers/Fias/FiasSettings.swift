// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports

/// How a lock server writes the time of departure.
enum FiasTimeLayout: String, Sendable, CaseIterable {
    /// `DT11:00`, as the public text has it.
    case colon
    /// `DT110000`, as one server's test has it.
    case digits
    /// No DT at all: the lock system has a time of its own.
    case none
}

/// The settings of one encoder behind a lock server, read and checked.
struct FiasSettings: Sendable {
    let encoder: String
    let answerWithin: Duration
    /// WS of the first order; `nil`: new at each start, so that a late answer from before it is nobody's.
    let workstation: String?
    let departureTime: FiasTimeLayout
    let sendsGuestName: Bool
    /// Locks that are areas of KO and no rooms: name to place in KO, from 1.
    let areas: [String: Int]
    let line: LineSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        encoder = try Self.word(settings, Self.encoderSetting, longest: 8)
        answerWithin = try settings.duration(Self.answerTimeoutSetting)
        let workstation = try settings.text(Self.workstationSetting)
        self.workstation = workstation.isEmpty ? nil : try Self.word(settings, Self.workstationSetting, longest: 12)
        departureTime = FiasTimeLayout(rawValue: try settings.text(Self.departureTimeSetting)) ?? .colon
        sendsGuestName = try settings.text(Self.guestNameSetting) == "yes"
        areas = try Self.areas(settings)
        var line = try Self.usualLine.changed(by: settings)
        line.fias = FiasLineOptions(
            check: Self.choice(try settings.text(Self.checkSetting)), acknowledges: Self.choice(try settings.text(Self.acknowledgeSetting)))
        self.line = line
    }

    /// 9600 8N1, which every FIAS partner must know. TCP has no line.
    static let usualLine = {
        var line = LineSettings(baud: 9600)
        line.fias = FiasLineOptions()
        return line
    }()
    static let all =
        [
            encoderSetting, answerTimeoutSetting, departureTimeSetting, guestNameSetting, areasSetting, checkSetting, acknowledgeSetting,
            workstationSetting,
        ] + usualLine.settings

    private static func choice(_ text: String) -> Bool? { text == byPort ? nil : text == "yes" }

    /// A word that goes out and comes back unchanged.
    private static func word(_ settings: DriverSettings, _ setting: SettingDescription, longest: Int) throws(SettingsFault) -> String {
        let text = try settings.text(setting)
        guard (1...longest).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "|") })
        else {
            throw SettingsFault(
                key: setting.name, "'\(setting.name)' is '\(text)': write 1 to \(longest) plain letters, digits and signs, without blanks")
        }
        return text
    }

    /// `Pool=1, Garage=3`
    private static func areas(_ settings: DriverSettings) throws(SettingsFault) -> [String: Int] {
        let text = try settings.text(areasSetting)
        var areas: [String: Int] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard sides.count == 2, !sides[0].isEmpty, let place = Int(sides[1]), (1...20).contains(place), areas[sides[0]] == nil,
                !areas.values.contains(place)
            else {
                throw SettingsFault(
                    key: areasSetting.name,
                    "'\(areasSetting.name)' is '\(text)': write each area's lock and its place in KO from 1 to 20, as in Pool=1, Garage=3")
            }
            areas[sides[0]] = place
        }
        return areas
    }

    private static let byPort = "auto"
    private static let encoderSetting = SettingDescription(
        "encoder", "number of the encoder in the lock system (KC), as it is written there: 01 is not 1", default: nil)
    private static let answerTimeoutSetting = SettingDescription(
        "answerTimeout", "how long a card may take, with the time to put it on", default: Patience.standard.answer.settingText)
    private static let departureTimeSetting = SettingDescription(
        "departureTime", "how DT is written: 11:00 (colon), 110000 (digits), or not at all (none)", default: FiasTimeLayout.colon.rawValue,
        choices: FiasTimeLayout.allCases.map(\.rawValue))
    private static let guestNameSetting = SettingDescription(
        "guestName", "whether the guest's name is sent to a lock server that asks for it", default: "yes", choices: ["yes", "no"])
    private static let areasSetting = SettingDescription(
        "areas", "locks that are no rooms but areas of KO, with their places, such as Pool=1, Garage=3", default: "")
    private static let checkSetting = SettingDescription(
        "check", "whether records carry a check byte (LRC); auto: on serial lines", default: byPort, choices: [byPort, "yes", "no"])
    private static let acknowledgeSetting = SettingDescription(
        "acknowledge", "whether records are answered by ACK and NAK; auto: on serial lines", default: byPort,
        choices: [byPort, "yes", "no"])
    private static let workstationSetting = SettingDescription(
        "workstation", "for recordings: WS of the first order, such as EB1, counted on from there; empty: new at each start", default: "")
}
