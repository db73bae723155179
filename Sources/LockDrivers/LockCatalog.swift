// SPDX-License-Identifier: Apache-2.0

/// All lock drivers. A new one is its folder and one line here.
public enum LockCatalog {
    public static let all: [any LockDriver.Type] = [
        Zigbee2MqttDriver.self,
        NukiHubDriver.self,
    ]

    public static var names: [String] { all.map { $0.manifest.name } }

    public static func manifest(named name: String) -> LockManifest? { all.first { $0.manifest.name == name }?.manifest }

    public static func make(name: String, _ settings: LockSettings) throws(LockSettingsFault) -> any LockDriver {
        guard let driver = all.first(where: { $0.manifest.name == name }) else {
            throw LockSettingsFault("driver", "there is no lock driver '\(name)': use one of \(names.joined(separator: ", "))")
        }
        for key in settings.values.keys.sorted() where !driver.manifest.settings.contains(key) {
            let known = driver.manifest.settings
            throw LockSettingsFault(
                key, "the driver \(name) has no such setting\(known.isEmpty ? "" : ": it has \(known.joined(separator: ", "))")")
        }
        return try driver.init(settings)
    }
}
