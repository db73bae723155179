// SPDX-License-Identifier: Apache-2.0

/// Records over a line that may lose and damage bytes: ACK, NAK and ENQ of the serial form. Where the line needs none of them
/// (TCP) records pass straight through. A value: bytes, records and instants in, actions out.
///
///     > record   < ACK            taken
///     > record   < NAK            send it again, three times at most
///     > record   (nothing, 3 s)   > ENQ: say your last ACK or NAK again, three times at most
public struct FiasLine: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public enum Action: Sendable, Hashable {
        case write([UInt8])
        case record(FiasRecord)
        /// The partner does not take what it is sent.
        case lost(String)
    }

    /// How long a partner may take to acknowledge, and how often it is asked or sent something again.
    public static let patience = Duration.seconds(3)
    public static let repeats = 3

    /// A record on its way.
    private struct Outgoing: Sendable {
        var bytes: [UInt8]
        var refusals = 0
        var enquiries = 0
        var due: Instant
    }

    public let security: FiasSecurity
    private var codec: FiasCodec
    private var outgoing: Outgoing?
    private var waiting: [FiasRecord] = []
    /// The last record that was acknowledged and when: a NAK right behind a doubled ACK still refuses it.
    private var settled: (bytes: [UInt8], until: Instant)?
    /// What we said to the partner's last record; NAK before the first, as the text has it.
    private var lastReply = FiasFrame.nak
    /// NAKs said since the last good record, and that record: each NAK may bring it once more, and it counts once only. (Damage followed
    /// by an ENQ is refused twice, and a partner repeats twice.) Long afterwards the same record is a new order.
    private var refusals = 0
    private var last: (record: FiasRecord, spare: Int, until: Instant)?
    /// Bytes that belonged to nothing when we last replied. More of them at an ENQ: a record came whose beginning was lost.
    private var discarded = 0

    public init(_ security: FiasSecurity) {
        self.security = security
        codec = FiasCodec(check: security.check)
    }

    /// When ``advance(at:)`` has something to do.
    public var deadline: Instant? { outgoing?.due }
    public var isIdle: Bool { outgoing == nil && waiting.isEmpty }
    public var damagedBytes: Int { codec.discardedBytes }

    public mutating func send(_ record: FiasRecord, at now: Instant) -> [Action] {
        guard security.acknowledges else { return [.write(codec.encode(.record(record)))] }
        waiting.append(record)
        return sendNext(at: now)
    }

    public mutating func receive(_ bytes: [UInt8], at now: Instant) -> [Action] {
        codec.receive(bytes)
        var actions: [Action] = []
        var before: Decoded<FiasFrame>?
        while let found = codec.next() {
            // The same control byte twice in a row was doubled by the line: only one record is ever on its way.
            defer { before = found }
            if found == before, case .frame(let frame) = found, frame.record == nil { continue }
            switch found {
            case .frame(.record(let record)):
                // The partner has gone on: a NAK from now on refuses nothing of before.
                settled = nil
                actions += reply(.ack)
                if isNews(record, at: now) { actions.append(.record(record)) }
            case .damaged:
                refusals += 1
                actions += reply(.nak)
            case .frame(.ack): actions += acknowledged(at: now)
            case .frame(.nak): actions += refused(at: now)
            case .frame(.enq):
                let isDamaged = codec.discardedBytes > discarded
                let reply = isDamaged ? FiasFrame.nak : lastReply
                // The NAK before the first record refuses nothing.
                if reply == .nak, isDamaged || refusals > 0 { refusals += 1 }
                actions += self.reply(reply)
            }
        }
        return actions
    }

    public mutating func advance(at now: Instant) -> [Action] {
        guard var sent = outgoing, sent.due <= now else { return [] }
        guard sent.enquiries < Self.repeats else {
            outgoing = nil
            return [.lost("no ACK after \(Self.repeats) ENQ")]
        }
        sent.enquiries += 1
        sent.due = now + Self.patience
        outgoing = sent
        return [.write(codec.encode(.enq))]
    }

    private mutating func isNews(_ record: FiasRecord, at now: Instant) -> Bool {
        guard security.acknowledges else { return true }
        if let before = last, before.record == record, before.spare + refusals > 0, now < before.until {
            last?.spare = max(0, before.spare + refusals - 1)
            refusals = 0
            return false
        }
        // One of the refusals brought this record.
        last = (record, max(0, refusals - 1), now + Self.patience * (Self.repeats + 2))
        refusals = 0
        return true
    }

    private mutating func reply(_ frame: FiasFrame) -> [Action] {
        guard security.acknowledges else { return [] }
        lastReply = frame
        discarded = codec.discardedBytes
        return [.write(codec.encode(frame))]
    }

    private mutating func sendNext(at now: Instant) -> [Action] {
        guard outgoing == nil, !waiting.isEmpty else { return [] }
        let bytes = codec.encode(.record(waiting.removeFirst()))
        outgoing = Outgoing(bytes: bytes, due: now + Self.patience)
        return [.write(bytes)]
    }

    private mutating func acknowledged(at now: Instant) -> [Action] {
        guard let sent = outgoing else { return [] }
        settled = (sent.bytes, now + .milliseconds(500))
        outgoing = nil
        return sendNext(at: now)
    }

    private mutating func refused(at now: Instant) -> [Action] {
        if outgoing == nil, let settled, now < settled.until {
            self.settled = nil
            outgoing = Outgoing(bytes: settled.bytes, refusals: 1, due: now + Self.patience)
            return [.write(settled.bytes)]
        }
        guard var sent = outgoing else { return [] }
        guard sent.refusals < Self.repeats else {
            outgoing = nil
            return [.lost("refused \(sent.refusals + 1) times")]
        }
        sent.refusals += 1
        sent.due = now + Self.patience
        outgoing = sent
        return [.write(sent.bytes)]
    }
}
