// SPDX-License-Identifier: Apache-2.0

/// What stands on a FIAS line: records, and the control bytes of its serial form.
public enum FiasFrame: Sendable, Hashable {
    case record(FiasRecord)
    case ack, nak, enq

    /// The record, if it is one.
    public var record: FiasRecord? { if case .record(let record) = self { record } else { nil } }
}

/// How records are secured on the way. Over TCP neither is usual; on a serial line both are.
public struct FiasSecurity: Sendable, Hashable {
    /// XOR of everything after STX through ETX, one byte behind ETX.
    public var check: Bool
    /// Each record is answered by ACK or NAK, and ENQ asks for that again.
    public var acknowledges: Bool

    public init(check: Bool, acknowledges: Bool) {
        self.check = check
        self.acknowledges = acknowledges
    }

    public static let tcp = FiasSecurity(check: false, acknowledges: false)
    public static let serial = FiasSecurity(check: true, acknowledges: true)
}

/// `STX record ETX`, with a check byte behind it where the line has one.
public struct FiasCodec: FrameCodec {
    static let stx: UInt8 = 0x02
    static let etx: UInt8 = 0x03
    static let enq: UInt8 = 0x05
    static let ack: UInt8 = 0x06
    static let nak: UInt8 = 0x15
    /// A record with every field at its longest (names of 200, texts of 200) has about 1,300 bytes.
    public static let maximumBody = 4096
    public static let longestFrame = maximumBody + 3

    public let check: Bool
    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    private var head = 0

    public init(check: Bool) { self.check = check }

    /// Of a record, its kind and the fields that concern neither a guest nor a card.
    public static func kind(of frame: FiasFrame) -> String {
        switch frame {
        case .ack: "ACK"
        case .nak: "NAK"
        case .enq: "ENQ"
        case .record(let record): record.redacted
        }
    }

    /// Bytes that wait for the rest of their record.
    public var pendingBytes: Int { buffer.count - head }

    public func encode(_ frame: FiasFrame) -> [UInt8] {
        switch frame {
        case .ack: [Self.ack]
        case .nak: [Self.nak]
        case .enq: [Self.enq]
        case .record(let record):
            [Self.stx] + record.body + [Self.etx] + (check ? [Checksum.xor(record.body) ^ Self.etx] : [])
        }
    }

    public mutating func receive(_ bytes: [UInt8]) {
        if head > 0 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    public mutating func reset() {
        buffer.removeAll()
        head = 0
    }

    public mutating func next() -> Decoded<FiasFrame>? {
        while head < buffer.count {
            switch buffer[head] {
            case Self.ack: return take(.ack)
            case Self.nak: return take(.nak)
            case Self.enq: return take(.enq)
            case Self.stx: return record()
            default: drop()
            }
        }
        return nil
    }

    private mutating func take(_ frame: FiasFrame) -> Decoded<FiasFrame> {
        head += 1
        return .frame(frame)
    }

    /// Reads the record that begins at `head`; `nil`: it goes on.
    private mutating func record() -> Decoded<FiasFrame>? {
        var end = head + 1
        while end < buffer.count, buffer[end] >= 0x20 {
            end += 1
            if end - head > Self.maximumBody + 1 { return damaged("too long", through: head) }
        }
        guard end < buffer.count else { return nil }
        // A doubled STX is no damage: the record begins with the second.
        if end == head + 1, buffer[end] == Self.stx {
            drop()
            return next()
        }
        guard buffer[end] == Self.etx else { return brokenOff(at: end) }
        let body = buffer[(head + 1)..<end]
        if check {
            guard end + 1 < buffer.count else { return nil }
            guard Checksum.xor(body) ^ Self.etx == buffer[end + 1] else {
                // The check byte goes with its record, or it would be read as ACK or NAK; an STX is the next record's.
                return damaged("wrong check byte", through: buffer[end + 1] == Self.stx ? end : end + 1)
            }
        }
        guard let record = FiasRecord(body: body) else { return damaged("no record", through: end + (check ? 1 : 0)) }
        head = end + (check ? 2 : 1)
        return .frame(.record(record))
    }

    /// A control byte stands in a record. An STX begins the next one; another that nothing follows is the partner's word (the ENQ of one
    /// that waits for our ACK); in the middle of the bytes it is a letter that the line has bent.
    private mutating func brokenOff(at end: Int) -> Decoded<FiasFrame> {
        let isWord = buffer[end] == Self.stx || end + 1 == buffer.count
        return damaged("broken off", through: isWord ? end - 1 : end)
    }

    /// Gives up the bytes up to and with `last`: no record begins in them.
    private mutating func damaged(_ why: String, through last: Int) -> Decoded<FiasFrame> {
        discardedBytes += last + 1 - head
        head = last + 1
        return .damaged(why)
    }

    private mutating func drop() {
        discardedBytes += 1
        head += 1
    }
}
