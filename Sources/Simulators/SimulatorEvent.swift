// SPDX-License-Identifier: Apache-2.0

/// What a simulated encoder tells of itself. Never a guest's name.
public enum SimulatorEvent: Sendable, Hashable, CustomStringConvertible {
    /// The device can be opened at this path.
    case listening(path: String)
    /// A program opened or closed the port.
    case opened, closed
    /// An order came and was understood so far: its command and its rooms.
    case orderReceived(command: String, rooms: [String])
    case cardCut(SimulatedCard)
    case checkedOut(room: String)
    /// The code of an answer as it was sent: `CN`, `EP`.
    case answered(String)
    /// A message was refused with NAK.
    case refused
    case unplugged
    /// A card was put on a contactless encoder, and taken away again.
    case cardPut(uid: [UInt8])
    case cardTaken
    /// A record of a link, with `<` or `>` before it, as heard or said by this end.
    case record(String)

    public var description: String {
        switch self {
        case .listening(let path): "listening on \(path)"
        case .opened: "port opened"
        case .closed: "port closed"
        case .orderReceived(let command, let rooms): "order \(command)" + (rooms.isEmpty ? "" : " for \(rooms.joined(separator: ", "))")
        case .cardCut(let card):
            if let places = card.content?.keys.sorted() {
                "card\(card.serial.isEmpty ? "" : " " + card.serial) written: \(places.joined(separator: ", "))"
            } else {
                "card \(card.copy) of \(card.of) cut" + (card.rooms.isEmpty ? "" : " for \(card.rooms.joined(separator: ", "))")
            }
        case .checkedOut(let room): "room \(room) checked out"
        case .answered(let code): "answered \(code)"
        case .refused: "message refused"
        case .unplugged: "unplugged"
        case .cardPut(let uid): "card \(SimulatedCard.hex(uid)) put on"
        case .cardTaken: "card taken away"
        case .record(let text): text
        }
    }
}
