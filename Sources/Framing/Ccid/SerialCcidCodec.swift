// SPDX-License-Identifier: Apache-2.0

/// One unit on the line of a CCID reader with a serial port (ACR122S).
public enum SerialCcidFrame: Sendable, Hashable {
    case message(CcidMessage)
    /// The reader took the message and will answer it.
    case accepted
    /// Any other two bytes in that place: the reader did not take the message. Which number means what is not public beyond the
    /// maker's manual, and nothing depends on it.
    case refused(UInt8, UInt8)
}

/// ``CcidMessage``s on a serial line: STX, message, XOR of the message, ETX. The reader acknowledges each with STX 00 00 ETX before it
/// answers, or refuses it with two other bytes there.
public struct SerialCcidCodec: FrameCodec {
    /// The reader does not pause inside a message.
    private static let brokenOff = Duration.milliseconds(500)

    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    private var isQuiet = false

    public init() {}

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { buffer.count }
    public static let longestFrame = CcidMessage.headerLength + CcidMessage.longestData + 3

    public func encode(_ frame: SerialCcidFrame) -> [UInt8] {
        switch frame {
        case .message(let message): [ControlByte.stx] + message.bytes + [Checksum.xor(message.bytes), ControlByte.etx]
        case .accepted: [ControlByte.stx, 0x00, 0x00, ControlByte.etx]
        case .refused(let first, let second): [ControlByte.stx, first, second, ControlByte.etx]
        }
    }

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

    public mutating func next() -> Decoded<SerialCcidFrame>? {
        var start = 0
        defer { buffer.removeFirst(start) }
        while start < buffer.count {
            switch attempt(at: start) {
            case .frame(let frame, let length):
                start += length
                return .frame(frame)
            case .unfinished:
                guard isQuiet else { return nil }
                let began = start + 1 < buffer.count
                start += 1
                discardedBytes += 1
                if began { return .damaged("broken off") }
            case .damaged(let why):
                start += 1
                discardedBytes += 1
                return .damaged(why)
            case .noise:
                start += 1
                discardedBytes += 1
            }
        }
        isQuiet = false
        return nil
    }

    private enum Attempt {
        case frame(SerialCcidFrame, length: Int)
        case unfinished
        case damaged(String)
        case noise
    }

    private func attempt(at start: Int) -> Attempt {
        guard buffer[start] == ControlByte.stx else { return .noise }
        let inside = buffer[(start + 1)...]
        guard let first = inside.first else { return .unfinished }
        guard CcidMessage.Kind(rawValue: first) != nil else {
            guard inside.count >= 3 else { return .unfinished }
            guard inside[start + 3] == ControlByte.etx else { return .noise }
            let (first, second) = (inside[start + 1], inside[start + 2])
            return .frame(first == 0 && second == 0 ? .accepted : .refused(first, second), length: 4)
        }
        let header = inside.prefix(CcidMessage.headerLength)
        guard header.count == CcidMessage.headerLength else { return .unfinished }
        guard let length = CcidMessage.dataLength(header: header) else { return .damaged("no such length") }
        let whole = inside.prefix(CcidMessage.headerLength + length)
        let checkAt = start + 1 + CcidMessage.headerLength + length
        guard checkAt + 1 < buffer.count else { return .unfinished }
        guard buffer[checkAt + 1] == ControlByte.etx else { return .damaged("no end where the length says") }
        guard buffer[checkAt] == Checksum.xor(whole), let message = CcidMessage(whole) else { return .damaged("wrong check byte") }
        return .frame(.message(message), length: checkAt + 2 - start)
    }
}
