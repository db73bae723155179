// SPDX-License-Identifier: Apache-2.0

/// ``PcscMessage``s as bytes: kind, length (two bytes, high one first), payload. Kinds 1x go to the reader, 9x come from it.
public struct PcscCodec: FrameCodec {
    /// What a short APDU may have, answer and command alike (MAX_BUFFER_SIZE of pcsc-lite).
    public static let longestPayload = 264
    /// As ISO 7816-3 limits it.
    public static let longestATR = 33
    private static let longestName = 128
    private static let longestWord = 60

    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []

    public init() {}

    public static func kind(of frame: PcscMessage) -> String { frame.description }

    public var pendingBytes: Int { buffer.count }

    private enum Kind: UInt8 {
        case describe = 0x11
        case connect = 0x12
        case release = 0x13
        case command = 0x14
        case reader = 0x91
        case connected = 0x92
        case answer = 0x94
        case trouble = 0x95
        case cardInserted = 0x96
        case cardRemoved = 0x97

        var lengths: ClosedRange<Int> {
            switch self {
            case .describe, .connect, .release, .cardRemoved: 0...0
            case .command, .answer: 0...PcscCodec.longestPayload
            case .reader: 3...PcscCodec.longestPayload
            case .connected, .cardInserted: 0...PcscCodec.longestATR
            case .trouble: 4...4
            }
        }
    }

    public func encode(_ message: PcscMessage) -> [UInt8] {
        switch message {
        case .describe: Self.frame(.describe)
        case .connect: Self.frame(.connect)
        case .release: Self.frame(.release)
        case .command(let bytes): Self.frame(.command, bytes)
        case .reader(let reader): Self.frame(.reader, Self.payload(of: reader))
        case .connected(let atr): Self.frame(.connected, atr)
        case .answer(let bytes): Self.frame(.answer, bytes)
        case .trouble(let code): Self.frame(.trouble, (0..<4).map { UInt8(truncatingIfNeeded: code.rawValue >> (24 - 8 * $0)) })
        case .cardInserted(let atr): Self.frame(.cardInserted, atr)
        case .cardRemoved: Self.frame(.cardRemoved)
        }
    }

    public mutating func receive(_ bytes: [UInt8]) { buffer += bytes }
    public mutating func reset() { buffer.removeAll() }

    public mutating func next() -> Decoded<PcscMessage>? {
        var start = 0
        defer { buffer.removeFirst(start) }
        while start < buffer.count {
            guard let kind = Kind(rawValue: buffer[start]) else {
                start += 1
                discardedBytes += 1
                continue
            }
            guard start + 3 <= buffer.count else { return nil }
            let length = Int(buffer[start + 1]) << 8 | Int(buffer[start + 2])
            guard kind.lengths.contains(length) else {
                start += 1
                discardedBytes += 1
                continue
            }
            guard start + 3 + length <= buffer.count else { return nil }
            let payload = Array(buffer[(start + 3)..<(start + 3 + length)])
            start += 3 + length
            return Self.message(kind, payload).map { .frame($0) } ?? .damaged("a description of a reader that cannot be read")
        }
        return nil
    }

    /// What is too long is cut: only a port of ours makes these, and it keeps to the limits.
    private static func frame(_ kind: Kind, _ payload: [UInt8] = []) -> [UInt8] {
        let payload = payload.prefix(kind.lengths.upperBound)
        return [kind.rawValue, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)] + payload
    }

    private static func message(_ kind: Kind, _ payload: [UInt8]) -> PcscMessage? {
        switch kind {
        case .describe: .describe
        case .connect: .connect
        case .release: .release
        case .command: .command(payload)
        case .reader: reader(payload).map(PcscMessage.reader)
        case .connected: .connected(atr: payload)
        case .answer: .answer(payload)
        case .trouble: .trouble(PcscCode(rawValue: payload.reduce(0) { $0 << 8 | UInt32($1) }))
        case .cardInserted: .cardInserted(atr: payload)
        case .cardRemoved: .cardRemoved
        }
    }

    /// Three texts, each behind its length; an empty one is none.
    private static func payload(of reader: PcscReader) -> [UInt8] {
        [(reader.name, longestName), (reader.firmware ?? "", longestWord), (reader.serial ?? "", longestWord)].flatMap { text, limit in
            let bytes = text.utf8.prefix(limit)
            return [UInt8(bytes.count)] + bytes
        }
    }

    private static func reader(_ payload: [UInt8]) -> PcscReader? {
        var rest = payload[...]
        var texts: [String] = []
        while let length = rest.popFirst() {
            guard rest.count >= Int(length), let text = String(validating: rest.prefix(Int(length)), as: UTF8.self) else { return nil }
            texts.append(text)
            rest = rest.dropFirst(Int(length))
        }
        guard texts.count == 3 else { return nil }
        return PcscReader(
            name: texts[0], firmware: texts[1].isEmpty ? nil : texts[1], serial: texts[2].isEmpty ? nil : texts[2])
    }
}
