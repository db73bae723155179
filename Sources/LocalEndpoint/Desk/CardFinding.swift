// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What is known of a card that was read.
enum CardFinding: Sendable, Hashable {
    /// The order it was cut for.
    case order(CardHistory)
    /// Its serial number belongs to that order, and another key stands on it now.
    case rewritten(CardHistory)
    /// Its serial number belongs to that order, and what stands on it now is nothing that a layout of the site writes.
    case contentUnknown(CardHistory)
    /// It has a serial number, and no order here has it.
    case foreign
    /// It opens these rooms as it reads, and no key that was cut for them ends as it does. The newest one of them.
    case differs(newest: EndedJob)
    /// A layout of the site reads it, and no order here could have written it.
    case elsewhere
    /// What stands on it is nothing that a layout of the site writes.
    case noKey
    /// Nothing stands on it.
    case blank
    /// Neither serial number nor a reading that an order could be held against.
    case unknown

    /// What the card says, against what the journal says of it.
    struct Evidence {
        var outcome: ErrandOutcome
        /// What a layout of the site makes of its content; `nil` where there is none.
        var content: ContentReading?
        /// The order whose card has this serial number.
        var history: CardHistory?
        /// Done keys of the room that it opens, the newest first.
        var keys: [EndedJob] = []
        /// Whether an order would have written what stands on the card.
        var couldBeOf: (EndedJob) -> Bool? = { _ in nil }
        var zone: TimeZone
        var now: Date
    }

    init(_ evidence: Evidence) {
        switch evidence.content {
        case .blank: self = .blank
        case .foreign: self = evidence.history.map(Self.contentUnknown) ?? .noKey
        case .key: self = Self.key(evidence)
        case .unreadable, nil: self = Self.withoutContent(evidence)
        }
    }

    /// The content is a key of this site.
    private static func key(_ evidence: Evidence) -> CardFinding {
        if let history = evidence.history {
            return evidence.couldBeOf(history.order) == false ? .rewritten(history) : .order(history)
        }
        if let place = evidence.keys.firstIndex(where: { evidence.couldBeOf($0) == true }) {
            return .order(CardHistory(order: evidence.keys[place], later: Array(evidence.keys[..<place])))
        }
        // A key of an earlier guest says nothing of a card that another desk may have cut since.
        if let newest = evidence.keys.first, newest.validUntil > evidence.now { return .differs(newest: newest) }
        return .elsewhere
    }

    private static func withoutContent(_ evidence: Evidence) -> CardFinding {
        if let history = evidence.history { return .order(history) }
        let none: CardFinding = evidence.outcome.card?.uid == nil ? .unknown : .foreign
        guard let reading = CardReading(evidence.outcome.reading, zone: evidence.zone), reading.until != nil,
            let newest = evidence.keys.first
        else { return none }
        guard let place = evidence.keys.firstIndex(where: reading.fits) else {
            return newest.validUntil > evidence.now ? .differs(newest: newest) : none
        }
        return .order(CardHistory(order: evidence.keys[place], later: Array(evidence.keys[..<place])))
    }
}
