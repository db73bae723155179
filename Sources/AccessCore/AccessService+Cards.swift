// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// Cards beside codes: what the PMS is told of them, and which of them open longer than they should.
extension AccessService {
    /// All reservations that are known, as changes from nothing.
    public var stays: [StayChange] {
        (machine?.stays.values.map { StayChange(before: nil, stay: $0, room: room(of: $0)) } ?? []).sorted { $0.stay.id < $1.stay.id }
    }

    /// Whether what the journal kept is there.
    var hasLoaded: Bool { machine != nil }

    /// The name of the room that a reservation has now.
    public func room(of stay: Stay) -> String? { stay.resource.flatMap { machine?.resources[$0]?.name } }

    /// Rooms that a reservation has had codes for and has moved out of.
    public func roomsLeft(by id: StayID) -> Set<String> {
        let left = machine?.grants.values.filter { $0.stay == id && !$0.isCommon && ($0.goal == .off || $0.movedAt != nil) } ?? []
        return Set(left.map(\.target))
    }

    /// The serial numbers that the PMS shows for a reservation may not be those of its cards any more.
    public func cardsChanged(of stay: StayID) {
        tokensInDoubt.insert(stay)
        tokenBell.yield()
    }

    /// Asked of whoever knows, each time: a list kept here would be empty after a start, and each token taken off and put back.
    func cardsInHouse(of stays: [StayID]) async throws(AccessSourceFault) -> [StayID: [CutCard]] {
        var cards: [StayID: [CutCard]] = [:]
        for id in stays {
            guard let stay = machine?.stays[id], stay.state == .started else { continue }
            cards[id] = try await cutCards(stay)
        }
        return cards
    }

    /// Tokens of cards, for as long as the guest is in the house.
    func cardTokens(of id: StayID, _ cards: [CutCard], at now: Date) -> [CodeToken] {
        guard let stay = machine?.stays[id], stay.state == .started else { return [] }
        return cards.filter { $0.validUntil > now && $0.validFrom < $0.validUntil }.compactMap { card in
            card.serial.map { serial in
                CodeToken(
                    stay: id, resource: stay.resource, value: serial,
                    window: Window(start: card.validFrom.wholeSecond, end: card.validUntil.wholeSecond), opensBed: false, opensRoom: true,
                    opensBuilding: false, serial: serial)
            }
        }
    }

    /// The state of a row about a check-in whose card is not queued.
    public static let cardMissing = "no-card"

    /// Cards of guests who have left the room, which know their end by themselves and which nobody can take back from here; and guests whose
    /// card could not be queued.
    public func show(openCards: [AccessStatus.Door]) { self.openCards = openCards }

    /// Something to be kept in the access log and told.
    public func note(_ kind: AccessNote.Kind, _ stay: Stay, _ text: String) async {
        await perform([.tell(AccessNote(at: now(), kind: kind, number: stay.number, text: text))])
    }

    /// What the clock says to be over is no row any more.
    var openCardsNow: [AccessStatus.Door] { openCards.filter { $0.until > now() } }
}

extension AccessService {
    /// Grants with marks by the key of now, whichever they were made with: what is on a lock must be known again.
    func marked(_ grants: [Grant]) -> [Grant] {
        grants.map { grant in
            var grant = grant
            if let code = grant.code { grant.mark = mark(code) }
            return grant
        }
    }
}

extension Date {
    /// The PMS writes times in whole seconds: else a token would never look the same twice.
    fileprivate var wholeSecond: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
