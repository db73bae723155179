// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The error answers of the family, as faults.
enum Refusal {
    /// The fault behind a code, or `nil` if this is no error answer that is known. `text` is the last field of EG.
    static func fault(_ code: String, text: String?, to order: Order, product: Product) -> Fault? {
        let subject = order.subject
        // With several cards in one order an error may come after some of them were made, and the answer does not count them.
        let card: CardKnowledge = subject.cards > 1 ? .unknown : .untouched
        func rejected(_ reason: String, _ cause: RefusalCause? = nil) -> Fault {
            Fault(.rejected(reason: reason), detail: code, cause: cause)
        }

        return switch code {
        // Refused before any card: the order is at fault.
        case "ES": rejected("the lock system did not understand the order, call the technician")
        case "TD": rejected("the lock system does not know \(subject.roomsInWords)", .unknownRoom)
        case "EA": rejected("\(subject.roomsInWords) is checked out in the lock system, cut a new key instead of a copy", .checkedOut)
        case "OS": rejected("\(subject.roomsInWords) is out of service in the lock system", .outOfService)
        case "NF" where product == .tesaST40: rejected("the card has no room for this many locks, order fewer of them", .tooManyDoors)
        case "NF": rejected("the lock system's data is damaged, call the technician")
        // Another order is in hand.
        case "OV", "EO": Fault(.busy, detail: code)
        case "NC": Fault(.offline, card: card, detail: code)
        case "EP": Fault(.noCard, card: card, detail: code)
        // The encoder's own time-out. Unlike that of our own, what became of the card is known.
        case "ED": Fault(.timeout, card: card, detail: code)
        case "EF" where subject == .reading: Fault(.unsupportedCard, detail: code)
        case "EF": Fault(.notWritable, card: card, detail: code)
        // The level is measured on what was just written, so something is on the card.
        case "EN": Fault(.notWritable, card: subject.cards > 0 ? .unknown : .untouched, detail: code)
        case "EV": Fault(.unsupportedCard, card: card, detail: code)
        case "EG":
            Fault(
                .rejected(reason: "the lock system reports a fault of its own, look at its screen"),
                card: subject.cards > 0 ? .unknown : .untouched, detail: ["EG", words(text)].compactMap { $0 }.joined(separator: ": "))
        default: nil
        }
    }

    /// Whether it is a command, with its count, or an error of the protocol; another word may be anything.
    static func isCode(_ word: String) -> Bool {
        let count = word.dropFirst(2)
        return words.contains(String(word.prefix(2))) && (count.isEmpty || (count.count == 1 && ("1"..."9").contains(count)))
    }

    private static let words: Set<String> = [
        "CN", "CC", "CA", "CO", "LT", "ES", "TD", "EA", "OS", "NF", "OV", "EO", "NC", "EP", "ED", "EF", "EN", "EV", "EG",
    ]

    /// A code for a fault's detail; what is longer than a code is not shown, it may be anything.
    static func shown(_ code: String) -> String {
        (1...4).contains(code.count) ? "'\(code)'" : "something that is no code"
    }

    private static func words(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return String(text.prefix(80))
    }
}

extension Order.Subject {
    /// Cards that the order writes.
    var cards: Int {
        if case .keys(_, let cards) = self { cards } else { 0 }
    }

    fileprivate var roomsInWords: String {
        let rooms: [String] =
            switch self {
            case .keys(let rooms, _): rooms
            case .checkOut(let room): [room]
            case .reading: []
            }
        return switch rooms.count {
        case 0: "the room"
        case 1: "room \(rooms[0])"
        default: "one of the rooms " + rooms.joined(separator: ", ")
        }
    }
}
