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
    case blockWritten(Int)

    public var description: String {
        switch self {
        case .listening(let path): "listening on \(path)"
        case .opened: "port opened"
        case .closed: "port closed"
        case .orderReceived(let command, let rooms): "order \(command)" + (rooms.isEmpty ? "" : " for \(rooms.joined(separator: ", "))")
        case .cardCut(let card):
            "card \(card.copy) of \(card.of) cut" + (card.rooms.isEmpty ? "" : " for \(card.rooms.joined(separator: ", "))")
        case .checkedOut(let room): "room \(room) checked out"
        case .answered(let code): "answered \(code)"
        case .refused: "message refused"
        case .unplugged: "unplugged"
        case .cardPut(let uid): "card \(uid.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()) put on"
        case .cardTaken: "card taken away"
        case .blockWritten(let block): "block \(block) written"
        }
    }
}

/// A card that a simulated encoder made.
public struct SimulatedCard: Sendable, Hashable, Codable {
    /// Number since the simulator was started, from 1.
    public var number: Int
    /// Place within its order, from 1.
    public var copy: Int
    public var of: Int
    /// CN or CC, without a count.
    public var command: String
    public var rooms: [String]
    /// As they came on the line: the lock's wall clock.
    public var from: String
    public var till: String
    public var serial: String
}
