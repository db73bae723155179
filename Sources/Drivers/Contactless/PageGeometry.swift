// SPDX-License-Identifier: Apache-2.0

/// Where things are on a MIFARE Ultralight or NTAG card (NXP MF0ICU1, MF0ICU2, MF0ULX1, NTAG210/212, NTAG213/215/216).
struct PageGeometry: Sendable, Hashable {
    /// Free for content.
    let user: ClosedRange<Int>
    /// Every page that the card has.
    let all: Range<Int>
    /// Lock bits of the pages behind the first 16.
    let dynamicLocks: Int?

    /// How a page that was written must read.
    enum Comparison: Sendable, Hashable {
        case equal
        /// Bits that were set stay set, others may have been set before.
        case bitsSet(in: Range<Int>)
        /// Passwords never read back.
        case unreadable
    }

    func comparison(ofPage page: Int) -> Comparison {
        switch page {
        case 2: .bitsSet(in: 2..<4)
        case 3: .bitsSet(in: 0..<4)
        case dynamicLocks: .bitsSet(in: 0..<3)
        case _ where dynamicLocks != nil && page >= all.upperBound - 2: .unreadable
        default: .equal
        }
    }
}

extension PageGeometry.Comparison {
    func holds(_ read: some Collection<UInt8>, wanted: [UInt8]) -> Bool {
        let read = Array(read)
        guard read.count == wanted.count else { return false }
        return switch self {
        case .equal: read == wanted
        case .bitsSet(let places): places.allSatisfy { read[$0] & wanted[$0] == wanted[$0] }
        case .unreadable: true
        }
    }
}

extension CardTechnology {
    /// `nil` for a card without pages.
    var pages: PageGeometry? {
        switch self {
        case .ultralight: PageGeometry(user: 4...15, all: 0..<16, dynamicLocks: nil)
        // Its last four pages are a key that nobody reads: as if the card ended before them.
        case .ultralightC: PageGeometry(user: 4...39, all: 0..<44, dynamicLocks: 40)
        case .ntag212: PageGeometry(user: 4...35, all: 0..<41, dynamicLocks: 36)
        case .ntag213: PageGeometry(user: 4...39, all: 0..<45, dynamicLocks: 40)
        case .ntag215: PageGeometry(user: 4...129, all: 0..<135, dynamicLocks: 130)
        case .ntag216: PageGeometry(user: 4...225, all: 0..<231, dynamicLocks: 226)
        case .mifareClassicMini, .mifareClassic1K, .mifareClassic2K, .mifareClassic4K, .other: nil
        }
    }

    /// What the capability container (page 3) of a card with pages claims of its size. Cards answer to selection alike, whatever
    /// their size. It is content that anybody may have written, so it is proven before a page is written (``sizesWithin``).
    init?(capabilityContainer: some Collection<UInt8>) {
        let bytes = Array(capabilityContainer)
        guard bytes.count == 4, bytes[0] == 0xE1 else { return nil }
        switch bytes[2] {
        case 0x10: self = .ntag212
        // An Ultralight C has the user pages of an NTAG213 and says so.
        case 0x12: self = .ntag213
        case 0x3E: self = .ntag215
        case 0x6D: self = .ntag216
        default: return nil
        }
    }

    /// The sizes that a card may really have which claims to be this one, each with its last page: a card that can read it has it.
    /// From the largest down; none of them larger than the claim, whose pages would be left unused.
    var sizesWithin: [(technology: CardTechnology, lastPage: Int)] {
        let sizes: [CardTechnology] = [.ntag216, .ntag215, .ntag213, .ultralightC, .ntag212]
        return sizes.drop { $0 != self }.compactMap { size in size.pages.map { (size, $0.all.upperBound - 1) } }
    }
}
