// SPDX-License-Identifier: Apache-2.0

/// What goes to and fro on a port of kind `pcsc`. PC/SC is calls and not a line, so the port gives its results this form
/// (``PcscCodec`` its bytes), and a driver talks to a reader as it does to everything else.
///
/// Prints without content: keys and card data go through here.
public enum PcscMessage: Sendable, Hashable, CustomStringConvertible {
    // To the reader.
    /// Who are you? Answered by ``reader(_:)``.
    case describe
    /// Take the card for sole use, or start it anew if it is taken. Answered by ``connected(atr:)`` or ``trouble(_:)``.
    case connect
    /// Give the card back, with whatever was opened on it. Not answered.
    case release
    /// A command for the card that ``connect`` took, and for no other. Answered by ``answer(_:)`` or ``trouble(_:)``.
    case command([UInt8])

    // From the reader.
    case reader(PcscReader)
    case connected(atr: [UInt8])
    case answer([UInt8])
    case trouble(PcscCode)
    /// Unasked: a card came.
    case cardInserted(atr: [UInt8])
    /// Unasked: the card left. Also the first word after opening when none is there.
    case cardRemoved

    public var description: String {
        switch self {
        case .describe: "describe"
        case .connect: "connect"
        case .release: "release"
        case .command(let bytes): "command of \(bytes.count) bytes"
        case .reader(let reader): "reader \(reader.name)"
        case .connected: "connected"
        case .answer(let bytes): "answer of \(bytes.count) bytes"
        case .trouble(let code): "trouble \(code)"
        case .cardInserted: "card inserted"
        case .cardRemoved: "card removed"
        }
    }
}

/// What PC/SC knows of a reader.
public struct PcscReader: Sendable, Hashable {
    /// As pcscd lists it, which is also its address: `ACS ACR122U PICC Interface 00 00`.
    public var name: String
    /// `2.14`.
    public var firmware: String?
    public var serial: String?

    public init(name: String, firmware: String? = nil, serial: String? = nil) {
        self.name = name
        self.firmware = firmware
        self.serial = serial
    }
}
