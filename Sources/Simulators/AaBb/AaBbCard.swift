// SPDX-License-Identifier: Apache-2.0

/// A card in the field of a simulated AA BB reader: a new MIFARE Classic 1K, or an Ultralight.
struct AaBbCard: Sendable, Hashable {
    let uid: [UInt8]
    private(set) var blocks: [[UInt8]]
    /// The sector whose key was shown.
    private var openSector: Int?
    /// After a wrong key, or on command: it answers only when all cards are called.
    private(set) var isHalted = false

    static let factoryKey = [UInt8](repeating: 0xFF, count: 6)

    /// Card number `number` of a simulator: each has its own serial number.
    init(number: Int, hasPages: Bool) {
        let last = UInt8(truncatingIfNeeded: number + 3)
        if hasPages {
            uid = [0x04, 0x5A, 0xEF, 0xC6, 0x00, UInt8(truncatingIfNeeded: number >> 8), last]
            blocks = [[UInt8]](repeating: [0, 0, 0, 0], count: 16)
        } else {
            uid = [0x5A, 0xEF, 0xC6 &+ UInt8(truncatingIfNeeded: number >> 8), last]
            let trailer = Self.factoryKey + [0xFF, 0x07, 0x80, 0x69] + Self.factoryKey
            blocks = (0..<64).map { $0 % 4 == 3 ? trailer : [UInt8](repeating: 0, count: 16) }
        }
    }

    var hasPages: Bool { uid.count == 7 }
    var sak: UInt8 { hasPages ? 0x00 : 0x08 }

    /// Selected anew: every sector is shut.
    mutating func select() {
        isHalted = false
        openSector = nil
    }

    mutating func halt() {
        isHalted = true
        openSector = nil
    }

    mutating func authenticate(_ block: Int, key: [UInt8], isB: Bool) -> Bool {
        openSector = nil
        guard !hasPages, blocks.indices.contains(block) else { return false }
        let trailer = blocks[block / 4 * 4 + 3]
        guard key == Array(isB ? trailer[10...] : trailer[..<6]) else { return false }
        openSector = block / 4
        return true
    }

    /// 16 bytes; `nil`: refused.
    func read(_ place: Int) -> [UInt8]? {
        guard !isHalted, blocks.indices.contains(place) else { return nil }
        if hasPages { return (place..<place + 4).flatMap { blocks[$0 % blocks.count] } }
        guard openSector == place / 4 else { return nil }
        guard place % 4 == 3 else { return blocks[place] }
        return [UInt8](repeating: 0, count: 6) + blocks[place][6...]
    }

    /// Pages keep the first four bytes.
    mutating func write(_ place: Int, _ bytes: [UInt8]) -> Bool {
        guard !isHalted, blocks.indices.contains(place), bytes.count == 16 else { return false }
        if hasPages {
            guard place >= 4 else { return false }
            blocks[place] = Array(bytes[..<4])
            return true
        }
        guard place > 0, openSector == place / 4 else { return false }
        blocks[place] = bytes
        return true
    }
}
