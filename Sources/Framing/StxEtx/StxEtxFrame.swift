// SPDX-License-Identifier: Apache-2.0

/// One unit on a line with start and end bytes.
public enum StxEtxFrame: Sendable, Hashable {
    /// A byte that stands for itself.
    case control(UInt8)
    /// What stands between the start and the end byte.
    case message([UInt8])

    public static let enq = StxEtxFrame.control(ControlByte.enq)
    public static let ack = StxEtxFrame.control(ControlByte.ack)
    public static let nak = StxEtxFrame.control(ControlByte.nak)
}
