// SPDX-License-Identifier: Apache-2.0

/// The first word of a card (ISO 7816-3). A contactless reader makes one up; for storage cards it says which kind they are
/// (PC/SC part 3).
public struct AnswerToReset: Sendable, Hashable {
    public let historicalBytes: [UInt8]

    /// A storage card as the reader sees it.
    public struct StorageCard: Sendable, Hashable {
        /// 03: ISO 14443 A, part 3.
        public var standard: UInt8
        /// 0001 MIFARE Classic 1K, 0002 4K, 0003 Ultralight, 0026 Mini ...
        public var name: UInt16

        public init(standard: UInt8, name: UInt16) {
            self.standard = standard
            self.name = name
        }
    }

    /// `nil` where the bytes break off or are none.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2, bytes[0] == 0x3B || bytes[0] == 0x3F else { return nil }
        let count = Int(bytes[1] & 0x0F)
        var announced = bytes[1] >> 4
        var place = 2
        // Groups of up to four interface bytes; the fourth announces the next group.
        while announced != 0 {
            let group = (announced & 0x0F).nonzeroBitCount
            place += group
            guard place <= bytes.count else { return nil }
            announced = announced & 0x08 != 0 ? bytes[place - 1] >> 4 : 0
        }
        guard place + count <= bytes.count else { return nil }
        historicalBytes = Array(bytes[place..<(place + count)])
    }

    /// Category 80, tag 4F: application identifier of PC/SC, standard, name.
    public var storageCard: StorageCard? {
        let mark: [UInt8] = [0xA0, 0x00, 0x00, 0x03, 0x06]
        guard historicalBytes.count >= 11, historicalBytes.starts(with: [0x80, 0x4F]), historicalBytes[2] >= 8,
            historicalBytes[3..<8].elementsEqual(mark)
        else { return nil }
        return StorageCard(
            standard: historicalBytes[8], name: UInt16(historicalBytes[9]) << 8 | UInt16(historicalBytes[10]))
    }

    /// What a reader says of a storage card.
    public static func bytes(of card: StorageCard) -> [UInt8] {
        let body: [UInt8] =
            [0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, card.standard, UInt8(card.name >> 8)]
            + [UInt8(card.name & 0xFF), 0x00, 0x00, 0x00, 0x00]
        return [0x3B] + body + [Checksum.xor(body)]
    }
}
