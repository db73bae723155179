// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// How an encoder's bytes arrive when a transcript is played.
public enum ScriptDelivery: String, Sendable, Hashable, CaseIterable {
    /// One read a line.
    case whole
    case byteByByte = "byte-by-byte"
    /// All lines up to the next command in one read: the ACK and the answer together.
    case glued
    /// Every line behind bytes that belong to no frame.
    case behindNoise = "behind-noise"
}

extension Transcript {
    /// The ways in which these bytes can arrive: nothing can come between the reports of a USB device.
    public var deliveries: [ScriptDelivery] {
        ScriptDelivery.allCases.filter { $0 != .behindNoise || portKind != .hidraw }
    }
}

/// What happened on the line while a transcript was played.
public enum ScriptMove: Sendable, Hashable {
    /// The driver sent bytes where the script had `expected` (`nil`: its end).
    case sent([UInt8], expected: Transcript.Step?)
    case received([UInt8])
    case silence
    case gone

    /// Whether the driver kept to the script.
    var isAsRecorded: Bool {
        if case .sent(let bytes, let expected) = self { expected == .sent(bytes) } else { true }
    }
}
