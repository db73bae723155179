// SPDX-License-Identifier: Apache-2.0

/// How a family that puts its messages between a start and an end byte does it in detail. Families differ only here.
public struct StxEtxParameters: Sendable, Hashable {
    public var start: [UInt8]
    public var end: UInt8
    /// Single bytes that are frames of their own outside a message: ENQ, ACK, NAK.
    public var controls: Set<UInt8>
    public var check: StxEtxCheck
    public var checkPlace: StxEtxCheck.Place
    /// What the other side's check covers, where it differs from ours. Only for reading.
    public var heardCheck: StxEtxCheck?
    /// A byte that may stand in the place of the check when the sender has not computed one.
    public var skipMark: UInt8?
    /// Bytes without meaning (XON), dropped wherever they come except in the place of the check.
    public var ignorable: Set<UInt8>
    /// Bytes below 20 that may stand in a body. Any other one there is a flipped bit that the check did not see.
    public var controlsInBody: Set<UInt8>
    /// The longest body, in bytes. A message that goes on after that is damaged.
    public var maximumLength: Int

    /// - Parameters:
    ///   - start: one or two bytes; anything else is taken as STX alone.
    ///   - checkPlace: a check of raw bytes always stands behind the end: before it, it could not be told from an end byte.
    public init(
        start: [UInt8] = [ControlByte.stx], end: UInt8 = ControlByte.etx,
        controls: Set<UInt8> = [ControlByte.enq, ControlByte.ack, ControlByte.nak], check: StxEtxCheck,
        checkPlace: StxEtxCheck.Place = .behindEnd, heardCheck: StxEtxCheck? = nil, skipMark: UInt8? = nil,
        ignorable: Set<UInt8> = [], controlsInBody: Set<UInt8> = [], maximumLength: Int
    ) {
        self.start = (1...2).contains(start.count) ? start : [ControlByte.stx]
        self.end = end
        self.controls = controls
        self.check = check
        self.checkPlace = check.isText ? checkPlace : .behindEnd
        self.heardCheck = heardCheck
        self.skipMark = skipMark
        self.ignorable = ignorable
        self.controlsInBody = controlsInBody
        self.maximumLength = maximumLength
    }

    /// Salto, Onity, TESA: XOR from behind STX up to and with ETX; a carriage return in its place means "not computed".
    /// An order has at most sixteen fields of 24 characters; tracks that are read may be longer, so there is room.
    public static let industryStandard = StxEtxParameters(
        check: .xor(.end), skipMark: ControlByte.cr, maximumLength: 1024)

    /// The check that a frame with this body must carry when the other side sent it.
    func expectedCheck(of body: some Sequence<UInt8>) -> [UInt8] {
        (heardCheck ?? check).bytes(of: body, start: start, end: end)
    }
}

/// The ASCII control bytes of these protocols.
public enum ControlByte {
    public static let stx: UInt8 = 0x02
    public static let etx: UInt8 = 0x03
    public static let eot: UInt8 = 0x04
    public static let enq: UInt8 = 0x05
    public static let ack: UInt8 = 0x06
    public static let cr: UInt8 = 0x0D
    /// XON; with some encoders "busy".
    public static let dc1: UInt8 = 0x11
    public static let nak: UInt8 = 0x15
}
