// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A body in the gzip format (RFC 1952), its bytes stored and not squeezed: what matters is that a client has to undo it.
enum GzipText {
    static func packed(_ body: Data) -> Data {
        var packed = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        let largest = 0xFFFF
        var start = body.startIndex
        repeat {
            let end = body.index(start, offsetBy: largest, limitedBy: body.endIndex) ?? body.endIndex
            let block = body[start..<end]
            packed.append(end == body.endIndex ? 1 : 0)
            append(UInt16(block.count), to: &packed)
            append(~UInt16(block.count), to: &packed)
            packed.append(block)
            start = end
        } while start < body.endIndex
        append(crc32(body), to: &packed)
        append(UInt32(truncatingIfNeeded: body.count), to: &packed)
        return packed
    }

    private static func append(_ number: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }

    private static func crc32(_ data: Data) -> UInt32 {
        ~data.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
    }
}
