// SPDX-License-Identifier: Apache-2.0

/// Every simulated encoder family, under the name of the driver that it is for.
public enum SimulatorCatalog {
    /// Names that ``make(driver:options:)`` takes.
    public static let drivers = ["industry-standard", "generic-stx-etx", "pcsc", "aabb", "pn532", "msr", "fias"]

    public static func make(driver: String, options: SimulatorOptions) throws(SimulatorFault) -> any Simulator {
        if let baud = options.baud, !(50...4_000_000).contains(baud) {
            throw SimulatorFault("\(baud) baud is no speed of a serial line: use 9600, 19200 or another from 50 to 4000000")
        }
        switch driver {
        case "industry-standard": return try PseudoTerminalHost(IndustryStandardEncoder(options), options: options)
        case "generic-stx-etx": return try PseudoTerminalHost(StxEtxEncoder(options), options: options)
        case "pcsc": return try VirtualReaderHost(options)
        case "aabb": return try PseudoTerminalHost(AaBbDevice(options), options: options)
        case "pn532": return try PseudoTerminalHost(Pn532Chip(options), options: options)
        case "msr": return try PseudoTerminalHost(MsrEncoder(options), options: options)
        case "fias": return try PseudoTerminalHost(FiasLockServer(options), options: options)
        default:
            throw SimulatorFault("there is no simulator for '\(driver)': use one of \(drivers.joined(separator: ", "))")
        }
    }
}
