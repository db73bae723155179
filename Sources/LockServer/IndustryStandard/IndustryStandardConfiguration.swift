// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Where a hotel system finds the bridge in place of its lock server, and what it finds.
public struct IndustryStandardConfiguration: Sendable, Hashable {
    public var host: String
    public var port: Int
    /// Addresses that may dial in; empty: this machine.
    public var from: [String]
    /// The names that the hotel system has for encoders; one that is not in it means the encoder of the same name.
    public var encoders: [String: EncoderName]
    /// What a check-out (CO) is answered though nothing is done: cards end by themselves.
    public var checkOut: FiasConfiguration.CheckOut

    public init(
        host: String, port: Int, from: [String] = [], encoders: [String: EncoderName] = [:], checkOut: FiasConfiguration.CheckOut = .refuse
    ) {
        self.host = host
        self.port = port
        self.from = from
        self.encoders = encoders
        self.checkOut = checkOut
    }
}
