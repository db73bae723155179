// SPDX-License-Identifier: Apache-2.0

/// One message of the AA BB readers (SL500, YHY, ER30x): a command of the host, or a reader's answer to it.
public struct AaBbFrame: Sendable {
    /// Which reader: 0000 and FFFF reach any. On the wire low byte first, like every number of the family.
    public var node: UInt16
    /// The answer repeats it.
    public var command: UInt16
    /// Of an answer: the status, then what was asked for.
    public var payload: [UInt8]
    /// What had to be overlooked to read it. No part of what it says: frames that differ only here are equal.
    public var quirks: AaBbQuirks

    public init(node: UInt16, command: UInt16, payload: [UInt8] = [], quirks: AaBbQuirks = []) {
        self.node = node
        self.command = command
        self.payload = payload
        self.quirks = quirks
    }

    /// First byte of an answer; 0 is success.
    public var status: UInt8? { payload.first }

    /// What the check covers.
    var body: [UInt8] {
        [UInt8(node & 0xFF), UInt8(node >> 8), UInt8(command & 0xFF), UInt8(command >> 8)] + payload
    }
}

extension AaBbFrame: Hashable {
    public static func == (one: AaBbFrame, other: AaBbFrame) -> Bool {
        one.node == other.node && one.command == other.command && one.payload == other.payload
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(node)
        hasher.combine(command)
        hasher.combine(payload)
    }
}

/// Where readers leave the published layout.
public struct AaBbQuirks: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// An error answer whose check is the status once more instead of the XOR: seen as constants in two applications.
    public static let repeatedStatus = AaBbQuirks(rawValue: 1)
    /// An error answer whose check is neither the XOR nor the status.
    public static let uncheckedError = AaBbQuirks(rawValue: 4)
    /// A 00 stood before the frame: the answer before it had a check of AA, which some readers stuff and others do not.
    public static let strayZero = AaBbQuirks(rawValue: 2)
}
