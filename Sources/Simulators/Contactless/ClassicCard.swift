// SPDX-License-Identifier: Apache-2.0

/// A MIFARE Classic 1K: 16 sectors of 4 blocks, the last of them with two keys and the access bits (NXP MF1S50YYX).
struct ClassicCard: Sendable, Hashable {
    enum Key: Sendable, Hashable { case a, b }

    static let factoryKey = [UInt8](repeating: 0xFF, count: 6)
    static let factoryTrailer = factoryKey + [0xFF, 0x07, 0x80, 0x69] + factoryKey

    let uid: [UInt8]
    private(set) var blocks: [[UInt8]]
    private var open: Opening?

    private struct Opening: Sendable, Hashable {
        var sector: Int
        var key: Key
    }

    init(uid: [UInt8]) {
        self.uid = uid
        let maker = uid.count == 4 ? uid + [uid.reduce(0, ^), 0x08, 0x04, 0x00] : uid + [0x08, 0x44, 0x00]
        blocks = (0..<64).map { block in
            if block == 0 { return Array((maker + [UInt8](repeating: 0x62, count: 16)).prefix(16)) }
            return block % 4 == 3 ? Self.factoryTrailer : [UInt8](repeating: 0, count: 16)
        }
    }

    mutating func shut() { open = nil }

    /// A card that refuses a key says nothing more until it is selected anew.
    mutating func authenticate(block: Int, key: [UInt8], _ kind: Key, uid last: [UInt8]) -> Bool {
        open = nil
        guard blocks.indices.contains(block), last == Array(uid.suffix(4)) else { return false }
        let trailer = blocks[block / 4 * 4 + 3]
        guard key == Array(kind == .a ? trailer[..<6] : trailer[10...]) else { return false }
        open = Opening(sector: block / 4, key: kind)
        return true
    }

    /// `nil`: refused.
    func read(_ block: Int) -> [UInt8]? {
        guard let key = keyOpening(block) else { return nil }
        guard block % 4 == 3 else { return access(block).mayRead(with: key) ? blocks[block] : nil }
        var trailer = blocks[block]
        trailer.replaceSubrange(..<6, with: [UInt8](repeating: 0, count: 6))
        if key == .b || !access(block).showsKeyB { trailer.replaceSubrange(10..., with: [UInt8](repeating: 0, count: 6)) }
        return trailer
    }

    mutating func write(_ block: Int, _ bytes: [UInt8]) -> Bool {
        guard block > 0, bytes.count == 16, let key = keyOpening(block) else { return false }
        guard block % 4 == 3 else {
            guard access(block).mayWrite(with: key) else { return false }
            blocks[block] = bytes
            return true
        }
        let access = access(block)
        guard access.mayChangeKeys(with: key) || access.mayChangeAccess(with: key) else { return false }
        if access.mayChangeKeys(with: key) {
            blocks[block].replaceSubrange(..<6, with: bytes[..<6])
            blocks[block].replaceSubrange(10..., with: bytes[10...])
        }
        if access.mayChangeAccess(with: key) { blocks[block].replaceSubrange(6..<10, with: bytes[6..<10]) }
        return true
    }

    private func keyOpening(_ block: Int) -> Key? {
        guard let open, blocks.indices.contains(block), open.sector == block / 4 else { return nil }
        return open.key
    }

    private func access(_ block: Int) -> ClassicAccess {
        ClassicAccess(trailer: blocks[block / 4 * 4 + 3], place: block % 4)
    }
}

/// The three access bits of one block.
struct ClassicAccess: Sendable, Hashable {
    private let bits: Int

    init(trailer: [UInt8], place: Int) {
        let (c1, c2, c3) = ((Int(trailer[7]) >> (4 + place)) & 1, (Int(trailer[8]) >> place) & 1, (Int(trailer[8]) >> (4 + place)) & 1)
        bits = c1 << 2 | c2 << 1 | c3
    }

    func mayRead(with key: ClassicCard.Key) -> Bool {
        switch bits {
        case 0b111: false
        case 0b011, 0b101: key == .b
        default: true
        }
    }

    func mayWrite(with key: ClassicCard.Key) -> Bool {
        switch bits {
        case 0b000: true
        case 0b100, 0b110, 0b011: key == .b
        default: false
        }
    }

    // Of the last block of a sector.

    var showsKeyB: Bool { [0b000, 0b010, 0b001].contains(bits) }

    func mayChangeKeys(with key: ClassicCard.Key) -> Bool {
        switch bits {
        case 0b000, 0b001: key == .a
        case 0b100, 0b011: key == .b
        default: false
        }
    }

    func mayChangeAccess(with key: ClassicCard.Key) -> Bool {
        switch bits {
        case 0b001: key == .a
        case 0b011, 0b101: key == .b
        default: false
        }
    }
}
