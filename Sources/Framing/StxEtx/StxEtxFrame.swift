// SPDX-License-Identifier: Apache-2.0

/// One unit on a line with start and end bytes.
public enum StxEtxFrame: Sendable, Hashable {
    /// A byte that stands for itself.
    case control(UInt8)
    /// What stands between the start and the end byte.
    case message([UInt8])

    /// A control byte by its name; of a message nothing but that it is one.
    public var kind: String {
        switch self {
        case .control(let byte): ControlByte.names[byte] ?? "control byte \(String(byte, radix: 16, uppercase: true))"
        case .message: "message"
        }
    }

    public static let enq = StxEtxFrame.control(ControlByte.enq)
    public static let ack = StxEtxFrame.control(ControlByte.ack)
    public static let nak = StxEtxFrame.control(ControlByte.nak)
}
