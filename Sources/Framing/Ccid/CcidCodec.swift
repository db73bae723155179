// SPDX-License-Identifier: Apache-2.0

/// ``CcidMessage``s one behind the other, as the two bulk endpoints of a reader carry them. Nothing protects them but USB itself, so
/// only what has a known kind and a possible length is taken for a message.
public struct CcidCodec: FrameCodec {
    /// USB does not pause inside a message.
    private static let brokenOff = Duration.milliseconds(500)

    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    private var isQuiet = false

    public init() {}

    /// Bytes that wait for the rest of their message.
    public var pendingBytes: Int { buffer.count }
    public static let longestMessage = CcidMessage.headerLength + CcidMessage.longestData

    public func encode(_ message: CcidMessage) -> [UInt8] { message.bytes }

    public mutating func receive(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        isQuiet = false
        buffer += bytes
    }

    public mutating func reset() {
        buffer.removeAll()
        isQuiet = false
    }

    public var endedBySilence: Duration? { buffer.isEmpty ? nil : Self.brokenOff }
    public mutating func silence() { isQuiet = !buffer.isEmpty }

    public mutating func next() -> Decoded<CcidMessage>? {
        var start = 0
        defer { buffer.removeFirst(start) }
        while start < buffer.count {
            if CcidMessage.Kind(rawValue: buffer[start]) != nil {
                let header = buffer[start...].prefix(CcidMessage.headerLength)
                if let length = CcidMessage.dataLength(header: header) {
                    let whole = buffer[start...].prefix(CcidMessage.headerLength + length)
                    if let message = CcidMessage(whole) {
                        start += whole.count
                        return .frame(message)
                    }
                }
                let isPossible = header.count < CcidMessage.headerLength || CcidMessage.dataLength(header: header) != nil
                if isPossible, !isQuiet { return nil }
                if isPossible {
                    start += 1
                    discardedBytes += 1
                    return .damaged("broken off")
                }
            }
            start += 1
            discardedBytes += 1
        }
        isQuiet = false
        return nil
    }
}
