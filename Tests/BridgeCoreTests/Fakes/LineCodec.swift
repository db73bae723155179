// SPDX-License-Identifier: Apache-2.0
import Framing

/// A line of text is a frame.
struct LineCodec: FrameCodec {
    private var bytes: [UInt8] = []
    var discardedBytes: Int { 0 }
    var pendingBytes: Int { bytes.count }
    func encode(_ frame: String) -> [UInt8] { Array((frame + "\n").utf8) }
    mutating func receive(_ bytes: [UInt8]) { self.bytes += bytes }
    mutating func next() -> Decoded<String>? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { bytes.removeFirst(end + 1) }
        return .frame(String(decoding: bytes[..<end], as: UTF8.self))
    }
    mutating func reset() { bytes = [] }
}
