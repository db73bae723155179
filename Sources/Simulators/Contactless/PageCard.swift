// SPDX-License-Identifier: Apache-2.0

/// A MIFARE Ultralight or an NTAG213: pages of 4 bytes, no keys, lock bits that only ever close.
struct PageCard: Sendable, Hashable {
    enum Size: Sendable, Hashable { case ultralight, ntag213 }

    let uid: [UInt8]
    let size: Size
    private(set) var pages: [[UInt8]]

    init(uid: [UInt8], size: Size) {
        self.uid = uid
        self.size = size
        let count = size == .ultralight ? 16 : 45
        pages = [[UInt8]](repeating: [0, 0, 0, 0], count: count)
        pages[0] = Array(uid[..<3]) + [0x88 ^ uid[0] ^ uid[1] ^ uid[2]]
        pages[1] = Array(uid[3...])
        pages[2] = [uid[3...].reduce(0, ^), 0x48, 0x00, 0x00]
        if size == .ntag213 {
            pages[3] = [0xE1, 0x10, 0x12, 0x00]
            pages[40] = [0x00, 0x00, 0x00, 0xBD]
            pages[41] = [0x04, 0x00, 0x00, 0xFF]
        }
    }

    /// Four pages; behind the last page it goes on with the first.
    func read(_ page: Int) -> [UInt8]? {
        guard pages.indices.contains(page) else { return nil }
        return (page..<page + 4).flatMap { pages[$0 % pages.count] }
    }

    mutating func write(_ page: Int, _ bytes: [UInt8]) -> Bool {
        guard bytes.count == 4, page >= 2, pages.indices.contains(page), !isLocked(page) else { return false }
        switch page {
        case 2: for index in 2..<4 { pages[2][index] |= bytes[index] }
        case 3: for index in 0..<4 { pages[3][index] |= bytes[index] }
        default: pages[page] = bytes
        }
        return true
    }

    /// What the chip says to GET_VERSION; an Ultralight of the first kind does not know it.
    var version: [UInt8]? {
        size == .ntag213 ? [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03] : nil
    }

    /// One bit each for pages 3 to 15.
    private func isLocked(_ page: Int) -> Bool {
        guard (3..<16).contains(page) else { return false }
        let bits = Int(pages[2][2]) | Int(pages[2][3]) << 8
        return bits >> page & 1 == 1
    }
}
