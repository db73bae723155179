// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// `connector.industryStandard`: the bridge in the place of a lock server.
public struct IndustryStandardDoorSettings: Sendable, Hashable {
    public var host: String
    public var port: Int
    /// Addresses that may dial in; empty: this machine.
    public var from: [String]
    public var encoders: [String: EncoderName]
    public var checkOut: FiasDoorSettings.CheckOut
}

/// `connector.fias`: the bridge as a lock system.
public struct FiasDoorSettings: Sendable, Hashable {
    public enum Way: Sendable, Hashable {
        case listens(host: String, port: Int, from: [String])
        case dials(host: String, port: Int)
        case device(String, baud: Int)
    }

    public enum CheckOut: String, Sendable, Hashable, CaseIterable { case accept, refuse }

    public var way: Way
    public var encoders: [String: EncoderName]
    public var checkOut: CheckOut
}
