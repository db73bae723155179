// SPDX-License-Identifier: Apache-2.0

/// One setting of a driver, for `check`, help and documentation.
public struct SettingDescription: Sendable, Hashable {
    public var name: String
    public var meaning: String
    /// `nil`: the site must give it.
    public var defaultValue: String?
    /// The values it may have; empty: free text, checked by the driver.
    public var choices: [String]

    public init(_ name: String, _ meaning: String, default defaultValue: String?, choices: [String] = []) {
        self.name = name
        self.meaning = meaning
        self.defaultValue = defaultValue
        self.choices = choices
    }
}
