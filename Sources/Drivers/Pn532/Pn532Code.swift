// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Command codes of the PN532 (UM0701-02, section 7).
enum Pn532Code {
    static let diagnose: UInt8 = 0x00
    static let firmwareVersion: UInt8 = 0x02
    static let setBaudRate: UInt8 = 0x10
    static let setParameters: UInt8 = 0x12
    static let samConfiguration: UInt8 = 0x14
    static let radioConfiguration: UInt8 = 0x32
    static let dataExchange: UInt8 = 0x40
    static let listTargets: UInt8 = 0x4A
    static let release: UInt8 = 0x52

    /// Inside a data exchange: what a card understands.
    enum Card {
        static let authenticateA: UInt8 = 0x60
        static let authenticateB: UInt8 = 0x61
        static let read: UInt8 = 0x30
        static let writeBlock: UInt8 = 0xA0
        static let writePage: UInt8 = 0xA2
    }
}

/// The first byte of an answer about a card (UM0701-02, section 7.1).
struct Pn532Status: Sendable, Hashable {
    let code: UInt8

    /// The two high bits tell of chaining, not of errors.
    init(_ byte: UInt8) { code = byte & 0x3F }

    var isGood: Bool { code == 0 }

    /// What a command was to write.
    enum Writing: Sendable { case nothing, block, page }

    /// What an error means while a card is asked or told something.
    func fault(_ writing: Writing) -> Fault {
        switch code {
        // Wrong key, or access bits that forbid it.
        case 0x14: fault(.notWritable)
        // A refusal is four bits long and reaches us as a bad frame, a bad checksum or nothing, depending on the firmware.
        case 0x02...0x06, 0x0A, 0x0B, 0x13: fault(writing == .nothing ? .cardRemovedEarly : .notWritable)
        // The card does not answer, was released, or is another one than was listed. But a page that is locked is refused with anything
        // that is no success; the card work above looks whether the card is there.
        case 0x01, 0x29, 0x2B: fault(writing == .page ? .notWritable : .cardRemovedEarly)
        case 0x2A: fault(.unsupportedCard)
        // Too hot, or too much current: the chip has switched its field off for a while.
        case 0x0D, 0x2D: fault(.busy)
        case 0x10, 0x25, 0x26, 0x27:
            fault(.rejected(reason: "the encoder refused the command (status \(HexText.encode([code]))), call the technician"))
        default: fault(writing == .page ? .notWritable : .malformedReply)
        }
    }

    private func fault(_ kind: FaultKind) -> Fault { Fault(kind, detail: HexText.encode([code])) }
}
