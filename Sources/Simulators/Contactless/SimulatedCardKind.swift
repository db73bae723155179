// SPDX-License-Identifier: Apache-2.0

/// What kind of card somebody puts on a simulated contactless encoder.
public enum SimulatedCardKind: String, Sendable, Hashable, CaseIterable {
    case classic1K = "classic-1k"
    /// A MIFARE Classic 1K with a serial number of 7 bytes.
    case classic1KLongUID = "classic-1k-7"
    case ultralight
    case ntag213

    public static func parse(_ text: String) throws(SimulatorFault) -> SimulatedCardKind {
        guard let kind = SimulatedCardKind(rawValue: text) else {
            throw SimulatorFault("there is no card '\(text)': use one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }
}
