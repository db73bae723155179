// SPDX-License-Identifier: Apache-2.0
import Framing

/// A MIFARE Classic 1K card behind a PC/SC reader that speaks for it, as a value: command in, answer out.
struct StorageCard: Sendable {
    static let factoryKey = [UInt8](repeating: 0xFF, count: 6)

    let uid: [UInt8]
    /// What `FF 82` must say of the key's place: 00 on ACR122U, 20 on many others.
    let keyStructure: UInt8
    private(set) var blocks: [[UInt8]]
    private var keys: [UInt8: [UInt8]] = [:]
    private var openSector: Int?

    init(uid: [UInt8], keyStructure: UInt8 = 0x00) {
        self.uid = uid
        self.keyStructure = keyStructure
        let check = uid.reduce(0, ^)
        let trailer = Self.factoryKey + [0xFF, 0x07, 0x80, 0x69] + Self.factoryKey
        blocks = (0..<64).map { block in
            if block == 0 { return Array((uid + [check, 0x08, 0x04, 0x00] + [UInt8](repeating: 0x62, count: 16)).prefix(16)) }
            return block % 4 == 3 ? trailer : [UInt8](repeating: 0, count: 16)
        }
    }

    var answerToReset: [UInt8] { AnswerToReset.bytes(of: AnswerToReset.StorageCard(standard: 3, name: 0x0001)) }

    /// The field was off: nothing stays open, and keys that a reader keeps for a session are gone.
    mutating func losePower() { openSector = nil }

    /// What a command asks for, for whoever plays something on it.
    enum Step { case authenticate, update, other }

    static func step(of command: [UInt8]) -> Step {
        guard command.count > 1, command[0] == 0xFF else { return .other }
        return switch command[1] {
        case 0x86: .authenticate
        case 0xD6: .update
        default: .other
        }
    }

    mutating func answer(to command: [UInt8]) -> ResponseAPDU {
        guard command.count >= 5 else { return .status(0x6700) }
        guard command[0] == 0xFF else { return .status(0x6E00) }
        let (place, length, data) = (Int(command[3]), Int(command[4]), Array(command[5...]))
        switch command[1] {
        case 0xCA:
            return length == 0 || length == uid.count
                ? ResponseAPDU(data: uid, status: .init(rawValue: 0x9000)) : .status(0x6C00 | UInt16(uid.count))
        case 0x82:
            guard command[2] == keyStructure, place < 2, data.count == 6 else { return .status(0x6300) }
            keys[command[3]] = data
            return .status(0x9000)
        case 0x86: return authenticate(data)
        case 0xB0:
            guard place < blocks.count else { return .status(0x6A82) }
            guard openSector == place / 4 else { return .status(0x6300) }
            guard length == 16 else { return .status(0x6C10) }
            var block = blocks[place]
            if place % 4 == 3 { block.replaceSubrange(0..<6, with: [UInt8](repeating: 0, count: 6)) }  // Key A never reads.
            return ResponseAPDU(data: block, status: .init(rawValue: 0x9000))
        case 0xD6:
            guard length == 16, data.count == 16 else { return .status(0x6700) }
            guard place > 0, place < blocks.count, openSector == place / 4 else { return .status(0x6300) }
            blocks[place] = data
            return .status(0x9000)
        default: return .status(0x6A81)
        }
    }

    private mutating func authenticate(_ data: [UInt8]) -> ResponseAPDU {
        openSector = nil
        guard data.count == 5, data[0] == 0x01, data[3] == 0x60 || data[3] == 0x61 else { return .status(0x6A81) }
        let (block, key) = (Int(data[2]), keys[data[4]])
        guard block < blocks.count else { return .status(0x6300) }
        let trailer = blocks[block / 4 * 4 + 3]
        guard let key, key == Array(data[3] == 0x60 ? trailer[0..<6] : trailer[10..<16]) else { return .status(0x6300) }
        openSector = block / 4
        return .status(0x9000)
    }
}

extension ResponseAPDU {
    fileprivate static func status(_ word: UInt16) -> ResponseAPDU { ResponseAPDU(status: StatusWord(rawValue: word)) }
}
