// SPDX-License-Identifier: Apache-2.0

/// The commands by which PC/SC readers reach contactless storage cards (PC/SC part 3, supplemental document): class FF, answered by
/// the reader in the card's name.
public enum StorageCardCommand {
    /// The card's serial number.
    public static let serialNumber: [UInt8] = [0xFF, 0xCA, 0x00, 0x00, 0x00]

    /// Puts a key into the reader's memory. `structure` is 00 for ACR122U and its kin, 20 for most others (kept until power goes).
    public static func loadKey(_ key: [UInt8], structure: UInt8, slot: UInt8) -> [UInt8] {
        [0xFF, 0x82, structure, slot, UInt8(truncatingIfNeeded: key.count)] + key
    }

    /// Opens the sector of a block with the key of a slot. `kind` is 60 for key A, 61 for key B.
    public static func authenticate(block: UInt8, kind: UInt8, slot: UInt8) -> [UInt8] {
        [0xFF, 0x86, 0x00, 0x00, 0x05, 0x01, 0x00, block, kind, slot]
    }

    public static func read(_ place: UInt8, length: UInt8) -> [UInt8] { [0xFF, 0xB0, 0x00, place, length] }

    /// Writes a block (16 bytes) or a page (4 bytes).
    public static func update(_ place: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [0xFF, 0xD6, 0x00, place, UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
}
