// SPDX-License-Identifier: Apache-2.0
import Framing

/// A message as the encoder's side reads it. Strict, so that a bridge that bends the layout is found out.
enum HostMessage: Sendable, Hashable {
    case cards(CardOrder)
    case checkOut(room: String)
    case read(encoder: String)
    /// What the encoder answers with ES.
    case nonsense(encoder: String)

    struct CardOrder: Sendable, Hashable {
        /// As it came, with its count: the answer repeats it.
        var command: String
        /// CN, CC, or CA: opens once.
        var kind: String
        var count: Int
        var encoder: String
        var rooms: [String]
        var from: String
        var till: String
        var operatorName: String
        var wantsSerial: Bool
    }

    init(_ body: [UInt8]) {
        guard let row = SeparatedFields(body: body), row.count >= 3, row.count <= 16 else {
            self = .nonsense(encoder: "")
            return
        }
        let fields = (0..<16).map { row[$0] ?? "" }
        self = .nonsense(encoder: fields[1])
        guard fields.allSatisfy({ $0.count <= 24 && !$0.contains("?") }) else { return }
        let command = fields[0]
        switch command.prefix(2) {
        case "CN", "CC", "CA":
            let count = command.count == 2 ? 1 : Int(command.dropFirst(2)) ?? 0
            let rooms = fields[3...6].filter { !$0.isEmpty }
            guard (1...9).contains(count), command.count <= 3, ["E", "R", "T"].contains(fields[2]), !fields[3].isEmpty,
                Self.isMoment(fields[9]), Self.isMoment(fields[10]), ["", "0", "1", "2"].contains(fields[15])
            else { return }
            self = .cards(
                CardOrder(
                    command: command, kind: String(command.prefix(2)), count: count, encoder: fields[1], rooms: rooms, from: fields[9],
                    till: fields[10], operatorName: fields[11], wantsSerial: ["1", "2"].contains(fields[15])))
        case "CO" where command == "CO" && fields[1] == "0" && !fields[2].isEmpty: self = .checkOut(room: fields[2])
        case "LT" where command == "LT" && ["E", "R"].contains(fields[2]): self = .read(encoder: fields[1])
        default: return
        }
    }

    /// Empty, `hhmmDDMMYY` or `HHDDMMYY`, with numbers that a clock and a calendar have.
    private static func isMoment(_ text: String) -> Bool {
        if text.isEmpty { return true }
        let digits = text.compactMap(\.wholeNumberValue)
        guard digits.count == text.count, digits.count == 8 || digits.count == 10 else { return false }
        let numbers = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        let minutesAreFine = numbers.count == 4 || numbers[1] < 60
        let date = numbers.suffix(3)
        return numbers[0] < 24 && minutesAreFine && (1...31).contains(date[date.startIndex]) && (1...12).contains(date[date.startIndex + 1])
    }
}
