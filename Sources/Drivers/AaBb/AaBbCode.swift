// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Commands of the AA BB readers, as two open drivers list them.
enum AaBbCode {
    static let setSpeed: UInt16 = 0x0101
    static let readNode: UInt16 = 0x0103
    static let firmware: UInt16 = 0x0104
    static let beep: UInt16 = 0x0106
    static let light: UInt16 = 0x0107
    static let antenna: UInt16 = 0x010C
    static let request: UInt16 = 0x0201
    static let anticollision: UInt16 = 0x0202
    static let select: UInt16 = 0x0203
    static let authenticate: UInt16 = 0x0207
    static let readBlock: UInt16 = 0x0208
    static let writeBlock: UInt16 = 0x0209
    /// Selects a card with a serial number of seven bytes and gives that number.
    static let selectUltralight: UInt16 = 0x0212

    /// Speeds that a Linux line has too.
    static let speeds: [Int: UInt8] = [4800: 0x00, 9600: 0x01, 19200: 0x03, 38400: 0x05, 57600: 0x06, 115_200: 0x07]
}

/// The first byte of an answer.
struct AaBbStatus: Sendable, Hashable {
    let code: UInt8

    static let ok = AaBbStatus(code: 0x00)
    static let noCard = AaBbStatus(code: 0x0D)
    static let requestFailed = AaBbStatus(code: 0x14)

    /// Nothing in the field, or it left between two steps of its selection.
    var meansNoCard: Bool { [0x0A, 0x0D, 0x14, 0x15].contains(code) }

    /// What it means in the middle of work on a card. A reader cannot tell a card that refuses from one that left; the card work
    /// above finds out.
    var fault: Fault {
        switch code {
        case 0x16, 0x18, 0x1A: fault(.notWritable)
        case 0x0A, 0x0D, 0x14, 0x15, 0x17: fault(.cardRemovedEarly)
        case 0x0B, 0x0C:
            fault(.rejected(reason: "the encoder does not know the command (status \(HexText.encode([code]))), call the technician"))
        case 0x19: fault(.rejected(reason: "the card has no block with this number"))
        default: fault(.malformedReply)
        }
    }

    private func fault(_ kind: FaultKind) -> Fault { Fault(kind, detail: "status \(HexText.encode([code]))") }
}
