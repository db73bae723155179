// SPDX-License-Identifier: Apache-2.0

/// `AA BB | length 2 | node 2 | command 2 | payload | XOR`. In the body each AA is followed by a 00 that the length does not count, so
/// AA BB is a beginning wherever it stands.
///
/// Sources: two open drivers (mdeverdelhan/YHY523U-driver, amphancm/RaspberryPi_rfid_sl500). What they leave open is taken either way
/// and told by ``AaBbFrame/quirks``.
public struct AaBbCodec: FrameCodec {
    private static let header: [UInt8] = [0xAA, 0xBB]
    /// Node, command and check.
    private static let overhead = 5
    /// The longest answers hold 16 bytes of a card or a line of text.
    private static let maximumLength = 128
    /// Header, length, and a body of nothing but AA with the 00 behind each.
    public static let longestFrame = 4 + 2 * maximumLength

    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    /// Where the bytes that are not yet decoded begin in `buffer`.
    private var head = 0
    private var isBehindFrame = false
    private var sawStrayZero = false
    private var isQuiet = false
    /// The readers send an answer in one go; what pauses so long has broken off.
    private static let brokenOff = Duration.milliseconds(200)

    public init() {}

    public var endedBySilence: Duration? { pendingBytes > Self.header.count ? Self.brokenOff : nil }

    public mutating func silence() { isQuiet = true }

    /// The command that it answers and its status.
    public static func kind(of frame: AaBbFrame) -> String {
        func hex(_ number: UInt16, _ digits: Int) -> String {
            let text = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return hex(frame.command, 4) + (frame.status.map { ", status \(hex(UInt16($0), 2))" } ?? "")
    }

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { buffer.count - head }

    /// The check goes out bare, also where it is AA, as the open drivers send it.
    public func encode(_ frame: AaBbFrame) -> [UInt8] {
        let body = frame.body
        let length = body.count + 1
        return Self.header + [UInt8(length & 0xFF), UInt8(length >> 8 & 0xFF)] + body.flatMap { $0 == 0xAA ? [0xAA, 0x00] : [$0] }
            + [Checksum.xor(body)]
    }

    public mutating func receive(_ bytes: [UInt8]) {
        isQuiet = false
        if head > 0 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    public mutating func reset() {
        buffer.removeAll()
        head = 0
        isBehindFrame = false
        sawStrayZero = false
        isQuiet = false
    }

    public mutating func next() -> Decoded<AaBbFrame>? {
        while head < buffer.count {
            if buffer[head] == Self.header[0] {
                guard head + 1 < buffer.count else { return nil }
                if buffer[head + 1] == Self.header[1] {
                    if let decoded = frame() { return decoded }
                    return isQuiet ? damaged("broken off") : nil
                }
            }
            if isBehindFrame, buffer[head] == 0 {
                sawStrayZero = true
                head += 1
            } else {
                drop(1)
            }
            isBehindFrame = false
        }
        return nil
    }

    /// Reads the frame that begins at `head`; `nil`: it goes on.
    private mutating func frame() -> Decoded<AaBbFrame>? {
        guard head + 4 <= buffer.count else { return nil }
        let length = Int(buffer[head + 2]) | Int(buffer[head + 3]) << 8
        guard (Self.overhead...Self.maximumLength).contains(length) else { return damaged("length \(length)") }
        var body: [UInt8] = []
        var index = head + 4
        while body.count < length {
            guard index < buffer.count else { return nil }
            let byte = buffer[index]
            index += 1
            // The check is taken as it stands: a 00 behind it is overlooked when the next frame is looked for.
            if byte == 0xAA, body.count < length - 1 {
                guard index < buffer.count else { return nil }
                switch buffer[index] {
                case 0x00: index += 1
                case Self.header[1]:
                    drop(index - 1 - head)
                    isBehindFrame = false
                    return .damaged("broken off")
                default: return damaged("AA without 00")
                }
            }
            body.append(byte)
        }
        let content = body.dropLast()
        let check = body[length - 1]
        var frame = AaBbFrame(
            node: UInt16(body[0]) | UInt16(body[1]) << 8, command: UInt16(body[2]) | UInt16(body[3]) << 8,
            payload: Array(content.dropFirst(4)))
        if Checksum.xor(content) != check {
            // Of an error answer the open drivers look at the status only: there is no content that could be damaged.
            guard frame.payload.count == 1, let status = frame.status, status != 0 else { return damaged("wrong check byte") }
            frame.quirks.insert(status == check ? .repeatedStatus : .uncheckedError)
        }
        if sawStrayZero { frame.quirks.insert(.strayZero) }
        sawStrayZero = false
        isBehindFrame = true
        head = index
        return .frame(frame)
    }

    /// Gives up the beginning at `head` and looks again right behind it.
    private mutating func damaged(_ why: String) -> Decoded<AaBbFrame> {
        drop(Self.header.count)
        isBehindFrame = false
        return .damaged(why)
    }

    private mutating func drop(_ count: Int) {
        discardedBytes += count
        head += count
    }
}
