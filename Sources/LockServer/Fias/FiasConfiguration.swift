// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Where a hotel system finds the bridge as its lock system, and what it finds.
public struct FiasConfiguration: Sendable, Hashable {
    public enum Way: Sendable, Hashable {
        case listens(host: String, port: Int, from: [String])
        case dials(host: String, port: Int)
        /// A serial line, which speaks with check bytes and acknowledgements.
        case device(String, baud: Int)
    }

    /// What a check-out (KD) is answered for encoders that can only cut.
    public enum CheckOut: String, Sendable, Hashable, CaseIterable {
        /// OK, with the end of the card in the text.
        case accept
        case refuse
    }

    public var way: Way
    /// KC to encoder; a KC that is not in it means the encoder of the same name.
    public var encoders: [String: EncoderName]
    public var checkOut: CheckOut
    /// The hotel's: what its clerks read.
    public var language: Language

    public init(way: Way, encoders: [String: EncoderName] = [:], checkOut: CheckOut = .accept, language: Language = .english) {
        self.way = way
        self.encoders = encoders
        self.checkOut = checkOut
        self.language = language
    }
}
