// SPDX-License-Identifier: Apache-2.0

/// What the sandbox understands; the raw value is the path below `/api/connector/v1/`, in exactly this case.
public enum ConnectorOperation: String, Sendable, CaseIterable {
    case signIn = "app/signIn"
    case spaces = "spaces/getAll"
    case reservations = "reservations/getAll"
    case balance = "customers/getBalance"
    case configuration = "configuration/get"
    case devices = "devices/getAll"
    case activeCommands = "commands/getAllActive"
    case commandsByIds = "commands/getAllByIds"
    case updateCommand = "commands/update"
    case addKeyCutter = "commands/addKeyCutter"
    case stays = "reservations/getAll/2023-06-06"
    case resources = "resources/getAll"
    case accessTokens = "resourceAccessTokens/getAll"
    case addAccessTokens = "resourceAccessTokens/add"
    case updateAccessTokens = "resourceAccessTokens/update"
    case deleteAccessTokens = "resourceAccessTokens/delete"

    /// Where all of them live.
    public static let root = "/api/connector/v1/"

    /// The full path.
    public var path: String { Self.root + rawValue }

    /// Nil for every path that is not exactly an operation's: another case or a slash at the end is another path.
    init?(path: Substring) {
        guard path.hasPrefix(Self.root) else { return nil }
        self.init(rawValue: String(path.dropFirst(Self.root.count)))
    }

    /// The forms of request that it exists in: some were there in 2015 only or came later.
    var dialects: Set<Dialect> {
        switch self {
        case .signIn: [.first2015]
        case .configuration, .devices, .commandsByIds, .addKeyCutter: [.today]
        case .stays, .resources, .accessTokens, .addAccessTokens, .updateAccessTokens, .deleteAccessTokens: [.today]
        case .spaces, .reservations, .balance, .activeCommands, .updateCommand: [.today, .first2015]
        }
    }
}
