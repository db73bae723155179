// SPDX-License-Identifier: Apache-2.0

/// Frames of the PN532: `00 00 FF LEN LCS TFI .. DCS 00`, with the length twice and a sum over the content.
///
/// What stands between frames does not matter: zeros are preamble, postamble and wake-up. A line at the wrong speed gives bytes without any
/// start code, or with one by accident. A length that was read from such noise would swallow the good frames behind it, so an unfinished
/// frame that nothing follows for a while is given up by one byte and searched again (``silence()``).
public struct Pn532Codec: FrameCodec {
    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    /// Where the bytes that are not yet decoded begin in `buffer`.
    private var head = 0
    private var isUnfinished = false
    /// What is unfinished now stays so: nothing came.
    private var gaveUp = false

    /// The chip takes 264 bytes behind the speaker's (UM0701-02: 265 in all).
    static let longestContent = 265
    /// Preamble, start code, extended length with its check, content, sum, postamble.
    public static let longestFrame = 1 + 2 + 5 + longestContent + 1 + 1
    /// Longer than the pauses that a USB adapter makes within a frame.
    private static let pause = Duration.milliseconds(100)

    public init() {}

    /// Of a command and its response nothing but the code.
    public static func kind(of frame: Pn532Frame) -> String {
        func code(_ bytes: [UInt8]) -> String { bytes.first.map { " " + String($0, radix: 16, uppercase: true) } ?? "" }
        return switch frame {
        case .acknowledge: "ACK"
        case .refuse: "NACK"
        case .applicationError: "error"
        case .command(let bytes): "command" + code(bytes)
        case .response(let bytes): "response" + code(bytes)
        case .wakeUp: "wake up"
        }
    }

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { buffer.count - head }
    public var endedBySilence: Duration? { isUnfinished ? Self.pause : nil }
    public mutating func silence() { gaveUp = isUnfinished }

    public func encode(_ frame: Pn532Frame) -> [UInt8] {
        switch frame {
        case .acknowledge: Pn532Frame.acknowledgeBytes
        case .refuse: Pn532Frame.refuseBytes
        case .wakeUp: Pn532Frame.wakeUpBytes
        case .applicationError: wrap([Pn532Frame.Speaker.error])
        case .command(let bytes): wrap([Pn532Frame.Speaker.host] + bytes)
        case .response(let bytes): wrap([Pn532Frame.Speaker.chip] + bytes)
        }
    }

    private func wrap(_ content: [UInt8]) -> [UInt8] {
        let length = content.count
        let header: [UInt8]
        if length <= 255 {
            header = [UInt8(length), 0 &- UInt8(length)]
        } else {
            let (high, low) = (UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length))
            header = [0xFF, 0xFF, high, low, 0 &- (high &+ low)]
        }
        return [0x00, 0x00, 0xFF] + header + content + [0 &- Self.sum(content), 0x00]
    }

    public mutating func receive(_ bytes: [UInt8]) {
        if head > 0 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
        if !bytes.isEmpty { gaveUp = false }
    }

    public mutating func reset() {
        buffer.removeAll()
        head = 0
        isUnfinished = false
        gaveUp = false
    }

    public mutating func next() -> Decoded<Pn532Frame>? {
        isUnfinished = false
        while head < buffer.count {
            // A frame begins with 00 FF; whatever stands before it is passed over.
            guard buffer[head] == 0x00 else {
                skip()
                continue
            }
            guard head + 1 < buffer.count else { return nil }
            guard buffer[head + 1] == 0xFF else {
                head += 1
                continue
            }
            switch frame() {
            case .whole(let frame, let length):
                guard head + length < buffer.count || gaveUp else {
                    isUnfinished = true
                    return nil
                }
                head += length
                if head < buffer.count, buffer[head] == 0x00 { head += 1 }
                return .frame(frame)
            case .damaged(let why):
                skip()
                return .damaged(why)
            case .unfinished where gaveUp:
                skip()
                return .damaged("the frame broke off")
            case .unfinished:
                isUnfinished = true
                return nil
            }
        }
        gaveUp = false
        return nil
    }

    /// Passes over one byte; a zero is padding and worth no notice.
    private mutating func skip() {
        if buffer[head] != 0x00 { discardedBytes += 1 }
        head += 1
    }

    private enum Attempt {
        case unfinished
        case damaged(String)
        /// The frame and its bytes without the zero behind it, which some programs leave away.
        case whole(Pn532Frame, length: Int)
    }

    /// Reads what begins with 00 FF at `head`.
    private func frame() -> Attempt {
        guard let first = byte(2), let second = byte(3) else { return .unfinished }
        switch (first, second) {
        case (0x00, 0xFF): return .whole(.acknowledge, length: 4)
        case (0xFF, 0x00): return .whole(.refuse, length: 4)
        case (0xFF, 0xFF):
            guard let high = byte(4), let low = byte(5), let check = byte(6) else { return .unfinished }
            guard high &+ low &+ check == 0 else { return .damaged("wrong check of an extended length") }
            return content(from: 7, length: Int(high) << 8 | Int(low))
        default:
            guard first &+ second == 0 else { return .damaged("wrong check of the length") }
            return content(from: 4, length: Int(first))
        }
    }

    private func content(from start: Int, length: Int) -> Attempt {
        guard (1...Self.longestContent).contains(length) else { return .damaged("a length that no frame has") }
        guard head + start + length < buffer.count else { return .unfinished }
        let content = buffer[(head + start)..<(head + start + length)]
        guard Self.sum(content) &+ buffer[head + start + length] == 0 else { return .damaged("wrong sum") }
        let length = start + length + 1
        let bytes = Array(content.dropFirst())
        return switch content.first {
        case Pn532Frame.Speaker.host where !bytes.isEmpty: .whole(.command(bytes), length: length)
        case Pn532Frame.Speaker.chip where !bytes.isEmpty: .whole(.response(bytes), length: length)
        case Pn532Frame.Speaker.error where bytes.isEmpty: .whole(.applicationError, length: length)
        default: .damaged("spoken by nobody we know")
        }
    }

    private func byte(_ offset: Int) -> UInt8? {
        head + offset < buffer.count ? buffer[head + offset] : nil
    }

    private static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 { bytes.reduce(0, &+) }
}
