// SPDX-License-Identifier: Apache-2.0

/// Holds the cards that were cut against the commands that ordered one each.
enum OrderOfCards {
    /// The rooms of the small hotel's stays. Every guest's key also opens the pool.
    static let rooms = ["1001": "101", "1002": "201A", "1003": "102", "1004": "301", "1005": "103"]

    /// What is wrong, or `nil`: every `Processed` command has its card, one that was interrupted may have it, no other has one, none
    /// has two, and the cards came in the order of the commands. Neighbours must be for different rooms.
    static func fault(_ commands: [CommandView], _ cards: [CardView]) throws -> String? {
        var rest = cards[...]
        for (index, command) in commands.enumerated() {
            let has = rest.first.map { $0.rooms.first == rooms[command.reservation] } ?? false
            switch command.state {
            case "Processed":
                guard has else { return "command \(index) is Processed but the next card is \(rest.first.map { "\($0.rooms)" } ?? "none")" }
                rest.removeFirst()
            case "Error" where command.notes?.contains("interrupted") == true:
                if has { rest.removeFirst() }
            default: return "command \(index) ended as \(command.state): \(command.notes ?? "")"
            }
        }
        return rest.isEmpty ? nil : "\(rest.count) cards more than commands, the first for \(rest.first?.rooms ?? [])"
    }
}
