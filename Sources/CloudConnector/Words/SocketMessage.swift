// SPDX-License-Identifier: Apache-2.0
import Foundation

/// News that a command exists or has changed. The state is a hint: the command itself is fetched before anything is done.
struct CommandHint: Sendable, Hashable {
    var id: String
    var state: CommandState?
}

/// A message of the socket: `{"Events": [...]}` with events of mixed types, of which only `DeviceCommand` concerns us.
struct SocketMessage: Decodable, Sendable {
    var hints: [CommandHint]
    /// Whether a reservation changed: which one is read from the list of those that were updated.
    var concernsReservations: Bool

    /// Longer than any id of Mews; a longer one is not asked for.
    static let longestID = 128

    private enum Key: String, CodingKey { case events = "Events" }

    private struct Event: Decodable, Sendable {
        var type: String
        var hint: CommandHint

        private enum Key: String, CodingKey {
            case kind = "Type"
            case id = "Id"
            case state = "State"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            type = try values.decode(String.self, forKey: .kind)
            let id = CommandID.canonical(try values.decode(String.self, forKey: .id))
            hint = CommandHint(id: id, state: values.lenient(CommandState.self, .state))
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let events = try values.decodeIfPresent([Lossy<Event>].self, forKey: .events) ?? []
        concernsReservations = events.contains { $0.value?.type == "Reservation" }
        hints = events.compactMap(\.value).filter {
            $0.type == "DeviceCommand" && !$0.hint.id.isEmpty && $0.hint.id.utf8.count <= Self.longestID
        }.map(\.hint)
    }
}
