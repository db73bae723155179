// SPDX-License-Identifier: Apache-2.0

/// Who must act for the fault to go away.
public enum FaultOwner: String, Sendable, Codable, CaseIterable {
    case card, person, encoder, cable, host, cloud, configuration
}

/// When the same request may be made again.
public enum RetryClass: String, Sendable, Codable, CaseIterable {
    case never, afterPrompt, later, afterReplug
}

/// The table of faults: one row a kind. docs/faults.md is generated from it.
extension FaultKind {
    /// The word in the API and in metrics.
    public var code: String {
        switch self {
        case .noCard: "noCard"
        case .cardRemovedEarly: "cardRemovedEarly"
        case .notWritable: "notWritable"
        case .verifyFailed: "verifyFailed"
        case .unsupportedCard: "unsupportedCard"
        case .busy: "busy"
        case .offline: "offline"
        case .timeout: "timeout"
        case .malformedReply: "malformedReply"
        case .notPermitted: "notPermitted"
        case .heldBy: "heldBy"
        case .rejected: "rejected"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .interrupted: "interrupted"
        }
    }

    public var owner: FaultOwner {
        switch self {
        case .noCard, .cardRemovedEarly: .person
        case .notWritable, .verifyFailed, .unsupportedCard: .card
        case .busy, .timeout: .encoder
        case .offline, .malformedReply: .cable
        case .notPermitted, .heldBy, .interrupted: .host
        case .rejected: .configuration
        case .cancelled: .person
        case .expired: .cloud
        }
    }

    public var retry: RetryClass {
        switch self {
        case .noCard, .cardRemovedEarly, .notWritable, .verifyFailed, .unsupportedCard, .timeout, .interrupted, .expired:
            .afterPrompt
        case .busy, .heldBy: .later
        case .offline, .malformedReply: .afterReplug
        case .notPermitted, .rejected, .cancelled: .never
        }
    }

    /// The status of an answer to `Prefer: wait` or of a refusal that carries this fault.
    public var httpStatus: Int {
        switch self {
        case .noCard, .cardRemovedEarly, .notWritable, .verifyFailed, .unsupportedCard, .cancelled: 409
        case .rejected: 422
        case .expired: 410
        case .busy, .offline, .notPermitted, .heldBy, .interrupted: 503
        case .malformedReply: 502
        case .timeout: 504
        }
    }

    /// One sentence for the clerk, in English: what to do now.
    public func clerkAdvice(card: CardKnowledge) -> String { Fault(self, card: card).advice }

    /// One sentence for the technician: where to look and which command helps.
    public var technicianAdvice: String {
        switch self {
        case .noCard: "The encoder waited and saw no card: try a known good card, then the antenna or the slot."
        case .cardRemovedEarly: "The card left the field before the end: check how cards are placed and the encoder's height."
        case .notWritable: "The card is locked, has other keys or another coercivity: compare it with a card that works."
        case .verifyFailed: "The card reads back differently: worn cards, or a dirty or weak write head."
        case .unsupportedCard: "The card belongs to another system or is a staff card: check the delivery of blank cards."
        case .busy: "The encoder runs another job: look for a second program or desk that uses the same encoder."
        case .offline: "No port or no answer on the line: run `encoder-bridge probe`, check cable, power and encoder number."
        case .timeout:
            "Nothing came of the order in time: if a card was there, power-cycle the encoder, then `encoder-bridge probe --identify`."
        case .malformedReply: "Checksum or length was wrong: check baud rate, parity, cable length and earthing."
        case .notPermitted(let path): "The service may not open \(path): install the udev rule or run `usermod -aG dialout encoder-bridge`."
        case .heldBy(let process):
            if let process {
                "\(process.name) (pid \(process.pid)) holds the port: stop it with `kill \(process.pid)` and keep it off the port."
            } else {
                "Another program holds the port: run `encoder-bridge probe` as root to see which one."
            }
        case .rejected(let reason):
            reason.isEmpty
                ? "The request cannot be carried out as it is, and the encoder gave no reason: look at the job's trail and the lock system."
                : "Refused: \(reason)."
        case .cancelled: "Cancelled on request; nothing to repair."
        case .expired: "The order was older than the allowed age: look for the time the bridge or the cloud was away."
        case .interrupted: "The bridge stopped in the middle of a card: look at the system log for the reason of the restart."
        }
    }
}
