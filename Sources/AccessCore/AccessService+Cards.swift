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

    func room(of stay: Stay) -> String? { stay.resource.flatMap { machine?.resources[$0]?.name } }

    /// The cards of a reservation, whose serial numbers the PMS is to know.
    public func register(_ cards: [CutCard], for stay: StayID) {
        let known = cards.filter { $0.serial != nil }
        guard registered[stay] ?? [] != known else { return }
        registered[stay] = known.isEmpty ? nil : known
        tokensInDoubt.insert(stay)
        tokenBell.yield()
    }

    /// Tokens of cards, for as long as the guest is in the house.
    func cardTokens(of id: StayID, at now: Date) -> [CodeToken] {
        guard let stay = machine?.stays[id], stay.state == .started else { return [] }
        return (registered[id] ?? []).filter { $0.validUntil > now && $0.validFrom < $0.validUntil }.compactMap { card in
            card.serial.map { serial in
                CodeToken(
                    stay: id, resource: stay.resource, value: serial,
                    window: Window(start: card.validFrom.wholeSecond, end: card.validUntil.wholeSecond), opensBed: false, opensRoom: true,
                    opensBuilding: false, serial: serial)
            }
        }
    }

    /// Cards of guests who have left the room; a card knows its end by itself, and nobody can take it back from here.
    public func show(openCards: [AccessStatus.Door]) { self.openCards = openCards }

    /// Something to be kept in the access log and told.
    public func note(_ kind: AccessNote.Kind, _ stay: Stay, _ text: String) async {
        await perform([.tell(AccessNote(at: now(), kind: kind, number: stay.number, text: text))])
    }

    /// What the clock says to be over is no row any more.
    var openCardsNow: [AccessStatus.Door] { openCards.filter { $0.until > now() } }
}

extension Date {
    /// The PMS writes times in whole seconds: else a token would never look the same twice.
    fileprivate var wholeSecond: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
