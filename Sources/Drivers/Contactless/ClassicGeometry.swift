// SPDX-License-Identifier: Apache-2.0

/// Where things are on a MIFARE Classic card: 32 sectors of 4 blocks, behind them (4K only) 8 of 16. The last block of a sector is its
/// trailer, with the keys and the access bits (NXP MF1S50YYX, MF1S70YYX).
enum ClassicGeometry {
    static func sector(ofBlock block: Int) -> Int { block < 128 ? block / 4 : 32 + (block - 128) / 16 }

    static func blocks(ofSector sector: Int) -> Range<Int> {
        sector < 32 ? sector * 4..<sector * 4 + 4 : 128 + (sector - 32) * 16..<144 + (sector - 32) * 16
    }

    static func isTrailer(_ block: Int) -> Bool { blocks(ofSector: sector(ofBlock: block)).last == block }

    /// What a hotel's content may go to: not the trailer, not the maker's block 0.
    static func dataBlocks(ofSector sector: Int) -> [Int] {
        blocks(ofSector: sector).dropLast().filter { $0 != 0 }
    }

    /// Each access bit stands in a trailer twice, once inverted. A sector whose copies disagree is closed for ever.
    static func hasSoundAccessBits(_ trailer: [UInt8]) -> Bool {
        guard trailer.count == 16 else { return false }
        let (low, middle, high) = (trailer[6], trailer[7], trailer[8])
        return (low & 0x0F) ^ (middle >> 4) == 0x0F && (low >> 4) ^ (high & 0x0F) == 0x0F && (middle & 0x0F) ^ (high >> 4) == 0x0F
    }
}

extension CardTechnology {
    /// `nil` for a card without sectors.
    var sectorCount: Int? {
        switch self {
        case .mifareClassicMini: 5
        case .mifareClassic1K: 16
        case .mifareClassic2K: 32
        case .mifareClassic4K: 40
        case .ultralight, .ultralightC, .ntag212, .ntag213, .ntag215, .ntag216, .other: nil
        }
    }

    /// `nil` for a card without blocks.
    var blocks: Range<Int>? {
        sectorCount.map { 0..<ClassicGeometry.blocks(ofSector: $0 - 1).upperBound }
    }
}
