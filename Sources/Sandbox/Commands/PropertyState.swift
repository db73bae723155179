// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The hotel and what happens in it: commands and their history, and who is signed in. A value, without clock or network.
struct PropertyState: Sendable {
    /// Older finished commands are forgotten beyond this many, so that a sandbox left running does not fill the memory.
    static let commandsKept = 5000

    var hotel: Hotel
    /// Codes and cards that clients put beside reservations.
    var accessTokens: [AccessToken] = []
    /// When the sandbox began.
    var began = Date(timeIntervalSince1970: 0)
    /// In the order of creation.
    private(set) var commands: [DeviceCommand] = []
    /// The token that the last app/signIn gave; every sign-in ends the session before.
    private(set) var session: String?
    /// Commands made later are not listed yet; nil: all are.
    var listedUntil: Date?
    /// What configuration/get calls the time zone, in place of the hotel's own.
    var timeZoneSaid: String?

    init(hotel: Hotel) {
        self.hotel = hotel
    }

    func command(_ id: String) -> DeviceCommand? { commands.first { $0.id == id } }

    /// Makes a command, as when a clerk presses "cut key".
    mutating func cutKey(
        on keyCutter: KeyCutter, for stay: HotelStay, keys: Int, by author: DeviceCommand.Author, at moment: Date
    ) throws(ApiRefusal) -> DeviceCommand {
        guard (1...100).contains(keys) else { throw .invalid("KeyCount", "1 to 100 keys can be cut at once") }
        guard stay.state == .started else {
            throw .rule("Reservation \(stay.number) is not checked in, so no key can be cut for it.")
        }
        guard !hotel.lockIds(for: stay).isEmpty else {
            throw .rule("Reservation \(stay.number) has no room yet, so no key can be cut for it.")
        }
        let command = DeviceCommand(
            id: UUID().uuidString.lowercased(), createdAt: moment, keyCutter: keyCutter, reservationNumber: stay.number, keyCount: keys,
            creator: author, data: DeviceCommandData.make(for: stay, on: keyCutter, keys: keys, in: hotel),
            history: [.init(at: moment, state: .pending, progress: nil, notes: nil, ignored: [], author: author)], state: .pending)
        commands.append(command)
        if commands.count > Self.commandsKept { commands.remove(at: commands.firstIndex(where: \.state.isFinal) ?? 0) }
        return command
    }

    /// Moves a command on. What does not count in the new state is noted as ignored, as the API documents it.
    mutating func update(
        _ id: String, to state: DeviceCommandState, progress: Double?, notes: String?, by author: DeviceCommand.Author, at moment: Date
    ) throws(ApiRefusal) -> DeviceCommand {
        guard let index = commands.firstIndex(where: { $0.id == id }) else { throw .invalid("CommandId", "there is no such command") }
        let before = commands[index].state
        guard !before.isFinal else { throw .rule("The command is already \(before.rawValue) and cannot be changed any more.") }
        guard before.mayBecome(state) else {
            throw .invalid("State", "a command that is \(before.rawValue) cannot become \(state.rawValue)")
        }
        var ignored: [String] = []
        if progress != nil, state != .processing { ignored.append("Progress") }
        if notes != nil, !state.isFinal { ignored.append("Notes") }
        commands[index].history.append(
            .init(
                at: moment, state: state, progress: state == .processing ? progress : nil, notes: state.isFinal ? notes : nil,
                ignored: ignored, author: author))
        commands[index].state = state
        return commands[index]
    }

    /// Opens a session and ends the one before.
    mutating func signIn() -> String {
        let token = Self.randomToken()
        session = token
        return token
    }

    private static func randomToken() -> String {
        let digits = (UUID().uuidString + UUID().uuidString).replacing("-", with: "")
        return "\(digits.prefix(32))-\(digits.dropFirst(32).prefix(31))"
    }
}
