// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import DriverKit

/// `--set NAME=VALUE`, the same for every command that makes a driver by hand.
struct SettingOptions: ParsableArguments {
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the driver; may be given several times.", valueName: "name=value"))
    var settings: [String] = []

    func values() throws -> [String: String] {
        var values: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
                throw ValidationError("'\(setting)': write NAME=VALUE")
            }
            values[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        return values
    }
}
