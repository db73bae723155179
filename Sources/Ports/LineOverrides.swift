// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The settings by which a site says that its line differs from what the maker ships. A driver for serial encoders lists them
/// beside its own settings.
extension LineSettings {
    public static let baudRates = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200]

    /// `baud`, `parity` and `flow`, with this line's values as defaults.
    public var settings: [SettingDescription] {
        [baudSetting, paritySetting, flowSetting]
    }

    /// This line with what the site changed.
    public func changed(by settings: DriverSettings) throws(SettingsFault) -> LineSettings {
        var line = self
        line.baud = Int(try settings.text(baudSetting)) ?? baud
        line.parity = Parity(rawValue: try settings.text(paritySetting)) ?? parity
        line.flow = FlowControl(rawValue: try settings.text(flowSetting)) ?? flow
        return line
    }

    private var baudSetting: SettingDescription {
        SettingDescription("baud", "speed of the serial line", default: String(baud), choices: Self.baudRates.map(String.init))
    }

    private var paritySetting: SettingDescription {
        SettingDescription("parity", "parity of the serial line", default: parity.rawValue, choices: Parity.allCases.map(\.rawValue))
    }

    private var flowSetting: SettingDescription {
        SettingDescription(
            "flow", "flow control of the serial line; none for a cable without RTS and CTS", default: flow.rawValue,
            choices: FlowControl.allCases.map(\.rawValue))
    }
}
