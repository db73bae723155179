// SPDX-License-Identifier: Apache-2.0

/// The person at a simulated contactless encoder: puts a card on, takes it away some time after it was written, and brings the next.
struct CardTraffic: Sendable {
    private let kinds: [SimulatedCardKind]
    private let delay: Duration
    private let limit: Duration
    private let stay: Duration
    /// Of the card that lies there, or lay there last; from 1.
    private(set) var number = 0
    private var lastTaken: ContactlessCard?
    private(set) var card: ContactlessCard?
    /// When the next card comes, or the one that lies there goes.
    private(set) var nextMove: Duration?

    init(_ options: SimulatorOptions) {
        kinds = options.cardKinds.isEmpty ? [.classic1K] : options.cardKinds
        delay = options.cardDelay
        limit = options.cardLimit
        stay = options.cardStay
        nextMove = .zero
    }

    /// Moves what is due.
    mutating func move(at now: Duration, _ faults: inout FaultSchedule) -> [SimulatorEvent] {
        guard let moment = nextMove, moment <= now else { return [] }
        if card != nil { return take(at: moment) }
        if faults.strikes(.noCard) {
            nextMove = moment + limit
            return []
        }
        nextMove = nil
        if let lastTaken, faults.strikes(.sameCard) {
            card = lastTaken
        } else {
            number += 1
            card = ContactlessCard(kinds[(number - 1) % kinds.count], number: number)
        }
        return [.cardPut(uid: card?.uid ?? [])]
    }

    /// The card is lifted now.
    mutating func take(at now: Duration) -> [SimulatorEvent] {
        guard var card else { return [] }
        card.shut()
        lastTaken = card
        self.card = nil
        nextMove = now + delay
        return [.cardTaken]
    }

    /// The same card in another state: selected anew, or without the field.
    mutating func keep(_ card: ContactlessCard) { self.card = card }

    /// Someone works on the card: it stays a while longer once it was written.
    mutating func update(_ card: ContactlessCard, wasWritten: Bool, at now: Duration) {
        self.card = card
        if wasWritten || nextMove != nil { nextMove = now + stay }
    }
}
