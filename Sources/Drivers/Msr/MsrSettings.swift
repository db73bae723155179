// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// The settings of one encoder, read and checked.
struct MsrSettings: Sendable {
    enum Verification: String, Sendable, CaseIterable {
        /// The encoder's own check while it writes is all.
        case none
        /// The card is swiped a second time and read.
        case swipe
    }
    enum Reading: String, Sendable, CaseIterable { case iso, raw }

    let coercivity: MagneticImage.Coercivity
    let verification: Verification
    let swipeWithin: Duration
    let reading: Reading
    /// Bits per character of raw tracks 1 to 3, where no order says otherwise.
    let widths: [UInt8]
    /// Of tracks 1 and 3, and of track 2; `nil`: as the encoder has it.
    let leadingZeros: (outer: UInt8, middle: UInt8)?
    /// By track; those that are not named stay as the encoder has them.
    let densities: [Int: EscCommand.Density]
    let erasedTracks: Set<Int>
    let line: LineSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        coercivity = MagneticImage.Coercivity(rawValue: try settings.text(Self.coercivitySetting)) ?? .high
        verification = Verification(rawValue: try settings.text(Self.verifySetting)) ?? .none
        swipeWithin = try settings.duration(Self.swipeTimeoutSetting)
        reading = Reading(rawValue: try settings.text(Self.readingSetting)) ?? .iso
        widths = try Self.numbers(of: Self.bitsSetting, in: settings, count: 3, range: 5...8)
        leadingZeros = try Self.leadingZeros(in: settings)
        var densities: [Int: EscCommand.Density] = [:]
        for (track, setting) in zip(1...3, Self.densitySettings) {
            densities[track] = Int(try settings.text(setting)).flatMap(EscCommand.Density.init)
        }
        self.densities = densities
        erasedTracks = Set(try settings.text(Self.eraseTracksSetting).compactMap(\.wholeNumberValue))
        var line = try Self.makersLine.changed(by: settings)
        line.reports.way = ReportSettings.Way(rawValue: try settings.text(Self.reportsSetting)) ?? .feature
        self.line = line
    }

    /// 9600 8N1 without flow control; reports of 64 bytes on a 605X.
    static let makersLine = LineSettings(baud: 9600)
    static let all =
        [coercivitySetting, verifySetting, swipeTimeoutSetting, readingSetting, bitsSetting, leadingZerosSetting]
        + densitySettings + [eraseTracksSetting, reportsSetting] + makersLine.settings

    private static func leadingZeros(in settings: DriverSettings) throws(SettingsFault) -> (outer: UInt8, middle: UInt8)? {
        if try settings.text(leadingZerosSetting) == unchanged { return nil }
        let numbers = try numbers(of: leadingZerosSetting, in: settings, count: 2, range: 0...255)
        return (numbers[0], numbers[1])
    }

    /// Numbers with slashes between them.
    private static func numbers(
        of setting: SettingDescription, in settings: DriverSettings, count: Int, range: ClosedRange<Int>
    ) throws(SettingsFault) -> [UInt8] {
        let text = try settings.text(setting)
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }.filter(range.contains)
        guard numbers.count == count, text.count(where: { $0 == "/" }) == count - 1 else {
            let example = setting.name == bitsSetting.name ? "7/5/5" : "61/22"
            throw SettingsFault(
                key: setting.name,
                "'\(setting.name)' is '\(text)': write \(count) numbers from \(range.lowerBound) to \(range.upperBound), such as \(example)"
            )
        }
        return numbers.map(UInt8.init)
    }

    private static let unchanged = "unchanged"
    private static let coercivitySetting = SettingDescription(
        "coercivity", "how strongly cards are written where the order does not say: high for black or dark stripes, low for brown ones",
        default: MagneticImage.Coercivity.high.rawValue, choices: MagneticImage.Coercivity.allCases.map(\.rawValue))
    private static let verifySetting = SettingDescription(
        "verify", "swipe asks for each card a second time and compares what is on it", default: Verification.none.rawValue,
        choices: Verification.allCases.map(\.rawValue))
    private static let swipeTimeoutSetting = SettingDescription(
        "swipeTimeout", "how long the encoder waits for a swipe", default: Patience.standard.answer.settingText)
    private static let readingSetting = SettingDescription(
        "reading", "iso reads text, raw reads the bits of cards that are no ISO 7811", default: Reading.iso.rawValue,
        choices: Reading.allCases.map(\.rawValue))
    private static let bitsSetting = SettingDescription(
        "bitsPerCharacter", "bits per character of raw tracks 1, 2 and 3 where the order does not say", default: "7/5/5")
    private static let leadingZerosSetting = SettingDescription(
        "leadingZeros", "zero bits before the data on tracks 1 and 3, and on track 2, such as 61/22", default: unchanged)
    private static let densitySettings = (1...3).map {
        SettingDescription(
            "bpi\($0)", "bits per inch on track \($0)", default: unchanged,
            choices: [unchanged] + EscCommand.Density.allCases.map { String($0.rawValue) })
    }
    private static let eraseTracksSetting = SettingDescription(
        "eraseTracks", "the tracks that are erased", default: "1+2+3", choices: ["1+2+3", "1", "2", "3", "1+2", "1+3", "2+3"])
    private static let reportsSetting = SettingDescription(
        "reports", "how a 605X is sent its packets: feature as the maker's program does, or output",
        default: ReportSettings.Way.feature.rawValue,
        choices: [ReportSettings.Way.feature.rawValue, ReportSettings.Way.output.rawValue])
}
