// SPDX-License-Identifier: Apache-2.0

/// Every simulated encoder family. To add one: its folder, and its line here.
public enum SimulatorCatalog {
    public static let families: [SimulatedFamily] = [.industryStandard, .genericStxEtx, .pcsc, .aabb, .pn532, .msr, .fias]

    /// Names that ``make(driver:options:)`` takes.
    public static var drivers: [String] { families.map(\.name) }

    public static func make(driver: String, options: SimulatorOptions) throws(SimulatorFault) -> any Simulator {
        if let baud = options.baud, !(50...4_000_000).contains(baud) {
            throw SimulatorFault("\(baud) baud is no speed of a serial line: use 9600, 19200 or another from 50 to 4000000")
        }
        guard let family = families.first(where: { $0.name == driver }) else {
            throw SimulatorFault("there is no simulator for '\(driver)': use one of \(drivers.joined(separator: ", "))")
        }
        return try family.make(options)
    }
}
