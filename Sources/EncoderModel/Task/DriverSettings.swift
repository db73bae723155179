// SPDX-License-Identifier: Apache-2.0
/// A setting that a driver does not know or cannot use; `description` says what to write instead.
public struct SettingsFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let key: String
    public let description: String
    public init(key: String, _ description: String) {
        self.key = key
        self.description = description
    }
}

/// The `settings` of one encoder as the site wrote them: scalars as text.
public struct DriverSettings: Sendable, Hashable {
    public var values: [String: String]
    /// The card keys of the site, by the names that settings and layouts use.
    public var keys: CardKeys

    public init(_ values: [String: String] = [:], keys: CardKeys = CardKeys()) {
        self.values = values
        self.keys = keys
    }

    /// The text of a setting or its default; refuses what is not among the choices.
    public func text(_ setting: SettingDescription) throws(SettingsFault) -> String {
        guard let value = values[setting.name] ?? setting.defaultValue else {
            throw SettingsFault(key: setting.name, "'\(setting.name)' is missing: \(setting.meaning)")
        }
        if !setting.choices.isEmpty, !setting.choices.contains(value) {
            throw SettingsFault(
                key: setting.name, "'\(setting.name)' is '\(value)': use one of \(setting.choices.joined(separator: ", "))")
        }
        return value
    }

    /// A length of time: `30s`, `500ms`, `2m`.
    public func duration(_ setting: SettingDescription) throws(SettingsFault) -> Duration {
        let value = try text(setting)
        guard let duration = Duration(settingText: value), duration > .zero else {
            throw SettingsFault(key: setting.name, "'\(setting.name)' is '\(value)': write a time such as 30s, 500ms or 2m")
        }
        return duration
    }

    public func integer(_ setting: SettingDescription, in range: ClosedRange<Int>) throws(SettingsFault) -> Int {
        let value = try text(setting)
        guard let number = Int(value), range.contains(number) else {
            throw SettingsFault(
                key: setting.name, "'\(setting.name)' is '\(value)': write a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Refuses names that the manifest does not list, so that a slip of the pen is found by `check`.
    public func refuseUnknown(besides known: [SettingDescription]) throws(SettingsFault) {
        let names = Set(known.map(\.name))
        if let stranger = values.keys.sorted().first(where: { !names.contains($0) }) {
            throw SettingsFault(
                key: stranger, "'\(stranger)' is not a setting of this driver: it knows \(names.sorted().joined(separator: ", "))")
        }
    }
}
