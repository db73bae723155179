// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Something that is in the way, in one sentence, with the commands that take it away.
public struct Finding: Sendable, Hashable {
    /// What it means for the encoder.
    public enum Weight: Int, Sendable, Hashable, Comparable {
        /// It cannot work.
        case blocks
        /// It works, but it can be disturbed, or is slower than need be.
        case risk
        /// Worth knowing.
        case note

        public static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }
    }

    /// What it is, for programs. Never renamed: monitoring scripts go by it.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case absent, ambiguous, sharedPort
        case heldByProgram, notPermitted, ruleMissing, ruleNotApplied
        case brltty, modemManager, gpsd, kernelDriver, kernelModuleMissing, latencyTimer
        case unknownDriver, wrongDriver, wrongSpeed, noise, silent, deaf, swapped
        case cardServiceMissing
        case fault
    }

    public var code: Code
    public var weight: Weight
    /// The port it is about: a device node, a socket (`USB 1-1.4`), or `nil` for the whole machine.
    public var port: String?
    public var encoder: EncoderName?
    public var sentence: String
    /// For a shell, in this order. Empty where a hand is needed and no command.
    public var commands: [String]

    public init(
        _ code: Code, _ weight: Weight, port: String? = nil, encoder: EncoderName? = nil, _ sentence: String, commands: [String] = []
    ) {
        self.code = code
        self.weight = weight
        self.port = port
        self.encoder = encoder
        self.sentence = sentence
        self.commands = commands
    }
}
