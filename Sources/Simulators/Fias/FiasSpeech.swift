// SPDX-License-Identifier: Apache-2.0
import Framing

/// How a simulated partner speaks on a FIAS line: written apart from the bridge's own, so that the two do not share their mistakes.
/// Acknowledges where the line asks for it, says again what was refused, and disturbs what it sends where a fault wants that.
struct FiasSpeech: Sendable {
    let isSerial: Bool
    private var codec: FiasCodec
    private var sent: [UInt8]?
    private var waiting: [[UInt8]] = []
    private var lastReply = FiasFrame.nak

    init(isSerial: Bool) {
        self.isSerial = isSerial
        codec = FiasCodec(check: isSerial)
    }

    mutating func reset() { self = FiasSpeech(isSerial: isSerial) }

    /// What came, as records, and what must be said to it at once.
    mutating func hear(_ bytes: [UInt8], refuses: () -> Bool) -> (records: [FiasRecord], replies: [UInt8]) {
        codec.receive(bytes)
        var records: [FiasRecord] = []
        var replies: [UInt8] = []
        func reply(_ frame: FiasFrame) {
            guard isSerial else { return }
            lastReply = frame
            replies += codec.encode(frame)
        }
        while let found = codec.next() {
            switch found {
            case .damaged: reply(.nak)
            case .frame(.record(let record)):
                if isSerial, refuses() {
                    reply(.nak)
                } else {
                    reply(.ack)
                    records.append(record)
                }
            case .frame(.enq): reply(lastReply)
            case .frame(.ack):
                sent = waiting.isEmpty ? nil : waiting.removeFirst()
                replies += sent ?? []
            case .frame(.nak): replies += sent ?? []
            }
        }
        return (records, replies)
    }

    /// The bytes to send now for a record; empty: it waits for its turn.
    mutating func say(_ record: FiasRecord) -> [UInt8] {
        let bytes = codec.encode(.record(record))
        guard isSerial else { return bytes }
        if sent != nil {
            waiting.append(bytes)
            return []
        }
        sent = bytes
        return bytes
    }

    /// The bytes of ENQ: what a partner says that waits for an ACK in vain.
    func enquiry() -> [UInt8] { sent == nil ? [] : codec.encode(.enq) }
}
