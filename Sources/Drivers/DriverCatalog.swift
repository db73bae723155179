// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Every driver of this bridge. To add one: its folder, and its line here.
public enum DriverCatalog {
    static let drivers: [any EncoderDriver.Type] = [
        IndustryStandardDriver.self,
        GenericStxEtxDriver.self,
        PcscDriver.self,
        AaBbDriver.self,
        Pn532Driver.self,
        MsrDriver.self,
        FiasDriver.self,
    ]

    /// What each driver says of itself, in the order of the list.
    public static var all: [DriverManifest] { drivers.map { $0.manifest } }

    /// The manifest behind the word after `driver:`; `nil` for a name nobody has.
    public static func manifest(named name: String) -> DriverManifest? {
        drivers.first { $0.manifest.name == name }?.manifest
    }

    /// A driver with a site's settings. Throws a sentence that says what to write instead.
    public static func make(name: String, settings: DriverSettings) throws(SettingsFault) -> any EncoderDriver {
        guard let driver = drivers.first(where: { $0.manifest.name == name }) else {
            let known = all.map(\.name).joined(separator: ", ")
            throw SettingsFault(key: "driver", "there is no driver '\(name)': use one of \(known)")
        }
        return try driver.init(settings: settings)
    }
}
