// SPDX-License-Identifier: Apache-2.0

/// How a family that marks the beginning of its messages does it in detail. Families differ only here.
public struct StxEtxParameters: Sendable, Hashable {
    public var start: [UInt8]
    public var ending: StxEtxEnding
    /// Sent before each start and covered by no check; may be missing in what comes.
    public var leadIn: [UInt8] = []
    /// Single bytes that are frames of their own outside a message: ENQ, ACK, NAK.
    public var controls: Set<UInt8>
    /// What stands before each of them: DLE ACK, DLE NAK.
    public var controlLead: UInt8?
    public var check: StxEtxCheck
    public var checkPlace: StxEtxCheck.Place
    /// What the other side's check covers, where it differs from ours: one scope, or several of which nobody knows the right one
    /// yet (``HeardScope``). Only for reading, and as wide as ours.
    public var heardChecks: [StxEtxCheck]
    /// A byte that may stand in the place of the check when the sender has not computed one.
    public var skipMark: UInt8?
    /// Bytes without meaning (XON), dropped wherever they come except in the place of the check. In messages that may hold any byte
    /// they are content.
    public var ignorable: Set<UInt8>
    /// Bytes below 20 that may stand in a body. Any other one there is a flipped bit that the check did not see.
    public var controlsInBody: Set<UInt8>
    public var stuffing: StxEtxStuffing?
    /// Where it is set, the other side may say a message without start, check and end: printable characters, of which the last is
    /// this separator, up to the end of the line or a silence.
    public var bareSeparator: UInt8?
    /// The longest body, in bytes. A message that goes on after that is damaged.
    public var maximumLength: Int

    /// - Parameters:
    ///   - start: one or two bytes; anything else is taken as STX alone.
    ///   - checkPlace: a check of raw bytes stands behind the end unless the message is counted: before it, it could not be told
    ///     from an end byte.
    ///   - controlsInBody: only where the end is a byte; other messages may hold any byte.
    public init(
        start: [UInt8] = [ControlByte.stx], ending: StxEtxEnding = .byte(ControlByte.etx),
        controls: Set<UInt8> = [ControlByte.enq, ControlByte.ack, ControlByte.nak], check: StxEtxCheck,
        checkPlace: StxEtxCheck.Place = .behindEnd, heardChecks: [StxEtxCheck] = [], skipMark: UInt8? = nil,
        ignorable: Set<UInt8> = [], controlsInBody: Set<UInt8> = [], maximumLength: Int
    ) {
        self.start = (1...2).contains(start.count) ? start : [ControlByte.stx]
        self.ending = ending
        self.controls = controls
        self.check = check
        self.heardChecks = heardChecks
        self.skipMark = skipMark
        self.ignorable = ignorable
        self.maximumLength = maximumLength
        switch ending {
        case .byte:
            self.controlsInBody = controlsInBody
            self.checkPlace = check.isText ? checkPlace : .behindEnd
        case .pair(let lead, _):
            self.controlsInBody = Set(0..<0x20)
            self.checkPlace = check.isText ? checkPlace : .behindEnd
            stuffing = StxEtxStuffing(lead, lead)
        case .counted:
            self.controlsInBody = Set(0..<0x20)
            self.checkPlace = checkPlace
        }
    }

    /// Salto, Onity, TESA: XOR from behind STX up to and with ETX; a carriage return in its place means "not computed".
    /// An order has at most sixteen fields of 24 characters; tracks that are read may be longer, so there is room.
    public static let industryStandard = StxEtxParameters(
        check: .xor(.end), skipMark: ControlByte.cr, maximumLength: 1024)
}

/// The ASCII control bytes of these protocols.
public enum ControlByte {
    public static let stx: UInt8 = 0x02
    public static let etx: UInt8 = 0x03
    public static let eot: UInt8 = 0x04
    public static let enq: UInt8 = 0x05
    public static let ack: UInt8 = 0x06
    public static let lf: UInt8 = 0x0A
    public static let cr: UInt8 = 0x0D
    /// Says that the byte behind it is meant.
    public static let dle: UInt8 = 0x10
    /// XON; with some encoders "busy".
    public static let dc1: UInt8 = 0x11
    public static let nak: UInt8 = 0x15

    /// What the standard calls those that stand for themselves.
    static let names: [UInt8: String] = [eot: "EOT", enq: "ENQ", ack: "ACK", dle: "DLE", dc1: "DC1", nak: "NAK"]
}
