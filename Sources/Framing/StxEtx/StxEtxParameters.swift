// SPDX-License-Identifier: Apache-2.0

/// How a family that puts its messages between a start and an end byte does it in detail. Families differ only here.
public struct StxEtxParameters: Sendable, Hashable {
    /// The check byte behind the end byte.
    public enum Check: Sendable, Hashable {
        /// The frame ends with its end byte.
        case none
        /// One byte: all bytes in scope XORed.
        case xor(Scope)
    }

    /// Which of the two frame bytes a check covers beside the body.
    public struct Scope: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let start = Scope(rawValue: 1)
        public static let end = Scope(rawValue: 2)
    }

    public var start: UInt8
    public var end: UInt8
    /// Single bytes that are frames of their own outside a message: ENQ, ACK, NAK.
    public var controls: Set<UInt8>
    public var check: Check
    /// A byte that may stand in the place of the check when the sender has not computed one.
    public var skipMark: UInt8?
    /// Bytes without meaning (XON), dropped wherever they come except in the place of the check.
    public var ignorable: Set<UInt8>
    /// Bytes below 20 that may stand in a body. Any other one there is a flipped bit that the check did not see.
    public var controlsInBody: Set<UInt8>
    /// The longest body, in bytes. A message that goes on after that is damaged.
    public var maximumLength: Int

    public init(
        start: UInt8 = ControlByte.stx, end: UInt8 = ControlByte.etx,
        controls: Set<UInt8> = [ControlByte.enq, ControlByte.ack, ControlByte.nak], check: Check, skipMark: UInt8? = nil,
        ignorable: Set<UInt8> = [], controlsInBody: Set<UInt8> = [], maximumLength: Int
    ) {
        self.start = start
        self.end = end
        self.controls = controls
        self.check = check
        self.skipMark = skipMark
        self.ignorable = ignorable
        self.controlsInBody = controlsInBody
        self.maximumLength = maximumLength
    }

    /// Salto, Onity, TESA: XOR from behind STX up to and with ETX; a carriage return in its place means "not computed".
    /// An order has at most sixteen fields of 24 characters; tracks that are read may be longer, so there is room.
    public static let industryStandard = StxEtxParameters(
        check: .xor(.end), skipMark: ControlByte.cr, maximumLength: 1024)

    /// The check byte of a body, or `nil` where there is none.
    func checkByte(of body: some Sequence<UInt8>) -> UInt8? {
        switch check {
        case .none: nil
        case .xor(let scope):
            Checksum.xor(body) ^ (scope.contains(.start) ? start : 0) ^ (scope.contains(.end) ? end : 0)
        }
    }
}

/// The ASCII control bytes of these protocols.
public enum ControlByte {
    public static let stx: UInt8 = 0x02
    public static let etx: UInt8 = 0x03
    public static let enq: UInt8 = 0x05
    public static let ack: UInt8 = 0x06
    public static let cr: UInt8 = 0x0D
    public static let nak: UInt8 = 0x15
}
