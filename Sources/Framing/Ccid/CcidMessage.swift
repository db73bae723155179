// SPDX-License-Identifier: Apache-2.0

/// One message between a program and a card reader of the USB class CCID: ten bytes of header, then data.
///
/// Prints without content: keys and card data go through here.
public struct CcidMessage: Sendable, Hashable, CustomStringConvertible {
    /// What a message is; 6x go to the reader, 8x come from it.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        case setParameters = 0x61
        case powerOn = 0x62
        case powerOff = 0x63
        case getSlotStatus = 0x65
        /// A command for the reader itself.
        case escape = 0x6B
        case getParameters = 0x6C
        /// A command for the card, or one that the reader answers in its name.
        case transfer = 0x6F
        case dataBlock = 0x80
        case slotStatus = 0x81
        case parameters = 0x82
        case escapeAnswer = 0x83

        public var comesFromReader: Bool { rawValue >= 0x80 }
    }

    /// What a reader says of the card in its slot.
    public enum Card: UInt8, Sendable, Hashable {
        case active = 0
        /// There, without power.
        case inactive = 1
        case absent = 2
    }

    /// How a command went.
    public enum Outcome: Sendable, Hashable {
        case done
        /// The error's number; those from C0 on and their names are in the CCID specification, the others are the reader's own.
        case failed(UInt8)
        /// The card asks for more time: the answer is still to come.
        case wantsTime
    }

    /// The longest data: an extended answer of a PN53x with everything around it.
    public static let longestData = 300

    public var kind: Kind
    public var slot: UInt8
    /// Repeated by the answer.
    public var sequence: UInt8
    /// The last three bytes of the header. To the reader: voltage, waiting time, level. From it: status, error, chaining or clock.
    public var parameters: [UInt8]
    public var data: [UInt8]

    /// - Parameters:
    ///   - parameters: three bytes; fewer are filled up with 00, more are cut.
    ///   - data: at most ``longestData`` bytes; more are cut.
    public init(_ kind: Kind, slot: UInt8 = 0, sequence: UInt8, parameters: [UInt8] = [], data: [UInt8] = []) {
        self.kind = kind
        self.slot = slot
        self.sequence = sequence
        self.parameters = Array((parameters + [0, 0, 0]).prefix(3))
        self.data = Array(data.prefix(Self.longestData))
    }

    /// Of an answer; `nil` for a message to the reader, and for a state that the specification does not have.
    public var card: Card? { kind.comesFromReader ? Card(rawValue: parameters[0] & 0x03) : nil }

    /// Of an answer; `nil` for a message to the reader, and for an outcome that the specification does not have. Readers leave old
    /// numbers in the error's byte of a command that went well.
    public var outcome: Outcome? {
        guard kind.comesFromReader else { return nil }
        return switch parameters[0] >> 6 {
        case 0: .done
        case 1: .failed(parameters[1])
        case 2: .wantsTime
        default: nil
        }
    }

    public var description: String { "\(kind), \(data.count) bytes" }

    // MARK: Bytes

    static let headerLength = 10

    public var bytes: [UInt8] {
        let count = UInt32(data.count)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        return [kind.rawValue] + length + [slot, sequence] + parameters + data
    }

    /// The length that a header tells; `nil` if these are no ten bytes of a header, or of a message longer than any.
    static func dataLength(header: ArraySlice<UInt8>) -> Int? {
        let header = Array(header)
        guard header.count == headerLength, Kind(rawValue: header[0]) != nil else { return nil }
        let length = header[1...4].reversed().reduce(0) { $0 << 8 | Int($1) }
        return length <= longestData ? length : nil
    }

    /// Reads a header with its data; `nil` if the length is another.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= Self.headerLength, let kind = Kind(rawValue: bytes[0]),
            Self.dataLength(header: bytes[..<Self.headerLength]) == bytes.count - Self.headerLength
        else { return nil }
        self.init(kind, slot: bytes[5], sequence: bytes[6], parameters: Array(bytes[7...9]), data: Array(bytes[10...]))
    }
}
