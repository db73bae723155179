// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// What is answered to a hotel system: AS, and a text of at most 40 characters that its clerk reads.
struct FiasAnswer: Sendable, Hashable {
    var status: FiasAnswerStatus
    var text: String?

    static let longestText = 40

    init(_ status: FiasAnswerStatus, _ text: String? = nil) {
        self.status = status
        self.text = text.map { ShortText.ascii($0, longest: Self.longestText) }
    }

    /// Never OK for a card that is not known to be good.
    init(_ outcome: KeyOutcome, on encoder: EncoderName) {
        switch outcome {
        case .made: self.init(.ok)
        case .inDoubt: self.init(.retry, "Check the card before use")
        case .noCard: self.init(.retry, "Put a card on the encoder, try again")
        case .keptWaiting: self.init(.busy, "\(encoder) is busy, try again")
        case .failed(let fault): self.init(fault, on: encoder)
        }
    }

    /// What came of a notice that no card belongs to.
    init(notice fault: Fault, to encoder: EncoderName) {
        switch fault.kind {
        case .timeout, .malformedReply, .interrupted: self.init(.retry, "The lock system did not say, try again")
        default: self.init(Fault(fault.kind, detail: fault.detail), on: encoder)
        }
    }

    /// - Parameter fault: one that left the card untouched.
    init(_ fault: Fault, on encoder: EncoderName) {
        switch fault.kind {
        case _ where fault.card != .untouched: self.init(.retry, "Check the card before use")
        case .busy: self.init(.busy, "\(encoder) is busy, try again")
        case .noCard, .timeout, .cancelled, .expired: self.init(.retry, "Put a card on the encoder, try again")
        case .cardRemovedEarly: self.init(.retry, "Leave the card on the encoder, retry")
        case .notWritable, .verifyFailed, .unsupportedCard: self.init(.retry, "Take another card and try again")
        case .malformedReply: self.init(.retry, "Line to \(encoder) disturbed, try again")
        case .offline: self.init(.unable, "\(encoder) is not connected")
        case .notPermitted, .heldBy: self.init(.unable, "\(encoder): call the technician")
        case .rejected where fault.cause == .noOneShots: self.init(.unable, "One-shot keys are not made here")
        // Half a sentence helps nobody.
        case .rejected(let reason): self.init(.unable, reason.count <= 48 ? reason : "Not possible here: call the technician")
        case .interrupted: self.init(.retry, "Check the card before use")
        }
    }
}
