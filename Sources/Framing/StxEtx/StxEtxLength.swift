// SPDX-License-Identifier: Apache-2.0

/// A count in a message that says where it ends: how wide it is, where it stands and what it counts.
public struct StxEtxLength: Sendable, Hashable {
    /// Bytes between the start and the count, an address for one. They are the first bytes of a body.
    public var offset: Int
    /// One or two bytes.
    public var width: Int
    public var lowByteFirst: Bool
    public var counts: Counted

    /// The text is what stands behind the count, without what was stuffed into it.
    public enum Counted: String, Sendable, Hashable, CaseIterable {
        case text
        case textAndEnd = "text+end"
        case textAndCheck = "text+check"
        case textEndAndCheck = "text+end+check"
        /// From the first start byte to the last byte of all.
        case frame
    }

    /// - Parameters:
    ///   - offset: 0 to 8; what lies outside is taken as the nearest of them.
    ///   - width: 1 or 2; likewise.
    public init(offset: Int = 0, width: Int = 1, lowByteFirst: Bool = false, counts: Counted = .text) {
        self.offset = min(max(offset, 0), 8)
        self.width = min(max(width, 1), 2)
        self.lowByteFirst = lowByteFirst
        self.counts = counts
    }

    /// The largest number that it can tell.
    var largest: Int { width == 1 ? 0xFF : 0xFFFF }

    func bytes(_ number: Int) -> [UInt8] {
        let bytes = width == 1 ? [UInt8(number & 0xFF)] : [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
        return lowByteFirst ? bytes.reversed() : bytes
    }

    func number(_ bytes: ArraySlice<UInt8>) -> Int {
        (lowByteFirst ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
    }
}

/// What goes behind a byte of the text that would otherwise look like a start or an end: `10 10` (DLE doubled), `AA 00`.
public struct StxEtxStuffing: Sendable, Hashable {
    public var byte: UInt8
    /// Put behind each such byte by the sender and taken out by the receiver.
    public var follower: UInt8

    public init(_ byte: UInt8, _ follower: UInt8) {
        self.byte = byte
        self.follower = follower
    }

    func stuff(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.flatMap { $0 == byte ? [byte, follower] : [$0] }
    }

    /// A byte without its follower is taken as it is.
    func unstuff(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var isBehindByte = false
        for next in bytes {
            if isBehindByte, next == follower {
                isBehindByte = false
                continue
            }
            isBehindByte = next == byte
            text.append(next)
        }
        return text
    }
}

/// How the end of a message is found.
public enum StxEtxEnding: Sendable, Hashable {
    /// By a byte that stands nowhere else.
    case byte(UInt8)
    /// By two bytes of which the first is doubled wherever it stands in the text: DLE ETX.
    case pair(lead: UInt8, UInt8)
    /// By a count at its beginning. An end byte may stand there all the same.
    case counted(StxEtxLength, end: UInt8?)

    /// What is sent.
    public var bytes: [UInt8] {
        switch self {
        case .byte(let byte): [byte]
        case .pair(let lead, let byte): [lead, byte]
        case .counted(_, let end): [end].compactMap(\.self)
        }
    }
}
