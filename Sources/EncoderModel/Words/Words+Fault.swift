// SPDX-License-Identifier: Apache-2.0

/// What the clerk reads of a fault: what to do now, with the card and with whom.
extension Words {
    public func advice(
        for fault: Fault, deed: Deed = .cut, gesture: CardGesture = .put, rooms names: [String] = []
    ) -> String {
        let rooms = rooms(names)
        if case .rejected = fault.kind {
            let sentence = self(fault.cause.map(\.key) ?? Self.refusal(of: deed), ["rooms": rooms])
            return sentence.prefix(1).uppercased() + sentence.dropFirst() + (fault.card == .unknown ? " " + self(.doubt) : "")
        }
        if fault.card == .unknown, deed == .cut, let key = Self.doubtful(fault.kind) { return self(key) }
        let program: String = if case .heldBy(let process?) = fault.kind { process.name } else { "?" }
        let sentence = self(Self.plain(fault.kind, gesture, deed), ["again": again(deed), "program": program])
        return fault.card == .unknown ? sentence + " " + self(.doubt) : sentence
    }

    private func again(_ deed: Deed) -> String {
        switch deed {
        case .cut: self(.againCut)
        case .read: self(.againRead)
        case .erase: self(.againErase)
        case .other: self(.againOther)
        }
    }

    private static func refusal(of deed: Deed) -> WordKey {
        switch deed {
        case .cut: .faultRejected
        case .read: .faultRejectedRead
        case .erase: .faultRejectedErase
        case .other: .faultRejectedOther
        }
    }

    private static func plain(_ kind: FaultKind, _ gesture: CardGesture, _ deed: Deed) -> WordKey {
        let swipes = gesture == .swipe
        return switch kind {
        case .noCard: swipes ? .faultNoCardSwipe : .faultNoCard
        case .cardRemovedEarly: swipes ? .faultCardRemovedEarlySwipe : .faultCardRemovedEarly
        case .notWritable: .faultNotWritable
        case .verifyFailed: .faultVerifyFailed
        case .unsupportedCard: .faultUnsupportedCard
        case .busy: .faultBusy
        case .offline: .faultOffline
        case .timeout where deed != .cut: .faultTimeoutOther
        case .timeout: swipes ? .faultTimeoutSwipe : .faultTimeout
        case .malformedReply: .faultMalformedReply
        case .notPermitted: .faultNotPermitted
        case .heldBy: .faultHeldBy
        case .rejected: .faultRejected
        case .cancelled: .faultCancelled
        case .expired: .faultExpired
        case .interrupted: .faultInterrupted
        }
    }

    /// Kinds with a sentence of their own for a card that may have been written; the others get ``WordKey/doubt`` behind theirs.
    private static func doubtful(_ kind: FaultKind) -> WordKey? {
        switch kind {
        case .noCard: .faultNoCardUnknown
        case .busy: .faultBusyUnknown
        case .offline: .faultOfflineUnknown
        case .timeout: .faultTimeoutUnknown
        case .malformedReply: .faultMalformedReplyUnknown
        case .cancelled: .faultCancelledUnknown
        // Says already that the card must be checked.
        case .interrupted: .faultInterrupted
        case .cardRemovedEarly, .notWritable, .verifyFailed, .unsupportedCard, .notPermitted, .heldBy, .rejected, .expired: nil
        }
    }
}
