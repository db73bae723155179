// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// What PC/SC's return values and the cards' status words mean.
enum PcscRefusal {
    /// Nothing to talk to lies there, or it lies badly: to be looked for again.
    static func meansNoCard(_ code: PcscCode) -> Bool {
        [.noSmartCard, .removedCard, .unresponsiveCard, .unpoweredCard, .resetCard, .notReady, .notTransacted].contains(code)
    }

    static func fault(_ code: PcscCode, to name: String, effect: CommandEffect = .none) -> Fault {
        let kind: FaultKind =
            switch code {
            case .noSmartCard, .removedCard, .resetCard, .unpoweredCard, .notTransacted, .invalidHandle: .cardRemovedEarly
            case .unsupportedCard, .cardUnsupported, .protocolMismatch, .unresponsiveCard: .unsupportedCard
            case .sharingViolation: .busy
            case .noService, .serviceStopped, .unknownReader, .readerUnavailable, .noReaders: .offline
            case .timeout: .timeout
            case .securityViolation: .notPermitted(path: "pcscd")
            default: .malformedReply
            }
        return Fault(kind, card: effect == .writesCard ? .unknown : .untouched, detail: "\(name): \(code)")
    }

    /// A reader's "failed" may also mean that the card left; ``CardInHand`` looks again before it says so.
    static func fault(_ status: StatusWord, to name: String, effect: CommandEffect = .none) -> Fault {
        let kind: FaultKind =
            switch status.meaning {
            case .failed, .notAllowed: .notWritable
            case .notSupported, .noSuchPlace: .unsupportedCard
            case .wrongLength:
                .rejected(reason: "the reader wants another number of bytes (\(status)): it does not serve this kind of card")
            case .done, .other: .malformedReply
            }
        return Fault(kind, card: effect == .writesCard ? .unknown : .untouched, detail: "\(name): \(status)")
    }
}
