// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// What is answered to a hotel system: AS, and a text that its clerk reads.
struct FiasAnswer: Sendable, Hashable {
    var status: FiasAnswerStatus
    var text: FiasText?

    init(_ status: FiasAnswerStatus, _ text: FiasText? = nil) {
        self.status = status
        self.text = text
    }

    init(_ status: FiasAnswerStatus, _ sentence: WordKey, _ value: String = "") { self.init(status, .words(sentence, value)) }

    /// Never OK for a card that is not known to be good.
    init(_ outcome: KeyOutcome, on encoder: EncoderName) {
        switch outcome {
        case .made: self.init(.ok)
        case .inDoubt: self.init(.retry, .answerCheckCard)
        case .noCard: self.init(.retry, .answerPutCard)
        case .keptWaiting: self.init(.busy, .answerBusy, encoder.text)
        case .failed(let fault): self.init(fault, on: encoder)
        }
    }

    /// What came of a notice that no card belongs to.
    init(notice fault: Fault, to encoder: EncoderName) {
        if let said = Self.said(fault) {
            self = said
            return
        }
        switch fault.kind {
        case .timeout, .malformedReply, .interrupted: self.init(.retry, .answerNoAnswer)
        default: self.init(Fault(fault.kind, detail: fault.detail, cause: fault.cause), on: encoder)
        }
    }

    /// - Parameter fault: one that left the card untouched.
    init(_ fault: Fault, on encoder: EncoderName) {
        if fault.card == .untouched, let said = Self.said(fault) {
            self = said
            return
        }
        switch fault.kind {
        case _ where fault.card != .untouched: self.init(.retry, .answerCheckCard)
        case .busy: self.init(.busy, .answerBusy, encoder.text)
        case .noCard, .timeout, .cancelled, .expired: self.init(.retry, .answerPutCard)
        case .cardRemovedEarly: self.init(.retry, .answerLeaveCard)
        case .notWritable, .verifyFailed, .unsupportedCard: self.init(.retry, .answerOtherCard)
        case .malformedReply: self.init(.retry, .answerDisturbed, encoder.text)
        case .offline: self.init(.unable, .answerNotConnected, encoder.text)
        case .notPermitted, .heldBy: self.init(.unable, .answerCallTechnician, encoder.text)
        case .rejected where fault.cause == .noOneShots: self.init(.unable, .answerNoOneShots)
        case .rejected(let reason): self.init(.unable, .reason(reason, or: Self.sentence(for: fault.cause)))
        case .interrupted: self.init(.retry, .answerCheckCard)
        }
    }

    private static func sentence(for cause: RefusalCause?) -> WordKey {
        switch cause {
        case .unknownRoom: .answerLockNoRoom
        case .checkedOut: .answerCheckedOut
        case .outOfService: .answerOutOfService
        case .tooManyDoors: .answerTooManyDoors
        default: .answerNotPossible
        }
    }

    /// What a lock system of this family behind the bridge has said (`ASDN: Room locked`): its AS goes on, and its own text, or where it
    /// has none a sentence that says what the AS means.
    private static func said(_ fault: Fault) -> FiasAnswer? {
        guard let detail = fault.detail, detail.hasPrefix("AS") else { return nil }
        let (code, rest) = (detail.dropFirst(2).prefix(2), detail.dropFirst(4))
        guard rest.isEmpty || rest.hasPrefix(": "), let status = FiasAnswerStatus(rawValue: String(code)) else { return nil }
        let text = rest.dropFirst(2).contains { $0 != " " } ? FiasText.own(String(rest.dropFirst(2))) : nil
        switch status {
        case .denied: return FiasAnswer(status, text ?? .words(.answerLockDenied))
        case .guestNotFound: return FiasAnswer(status, text ?? .words(.answerLockNoGuest))
        case .nightAudit: return FiasAnswer(status, text ?? .words(.answerLockNightAudit))
        case .invalidAccount: return FiasAnswer(status, text ?? .words(.answerLockNoReservation))
        case .notInstalled: return FiasAnswer(status, text ?? .words(.answerLockNothingSuch))
        case .unable, .retry: return text.map { FiasAnswer(status, $0) }
        // Who is busy and who said nothing is told in words of our own; OK and DE are no refusals.
        case .busy, .noResponse, .ok, .deleted: return nil
        }
    }
}
