// SPDX-License-Identifier: Apache-2.0

/// An operation of the Connector API, by its path behind `/api/connector/v1/`. Paths are case-sensitive and end without a slash.
enum MewsOperation: String, Sendable, Hashable, CaseIterable {
    case signIn = "app/signIn"
    case configuration = "configuration/get"
    case allActive = "commands/getAllActive"
    case byIDs = "commands/getAllByIds"
    case update = "commands/update"
    // Access: keys and codes that follow the reservation.
    case reservations = "reservations/getAll/2023-06-06"
    case resources = "resources/getAll"
    case accessTokens = "resourceAccessTokens/getAll"
    case addAccessTokens = "resourceAccessTokens/add"
    case updateAccessTokens = "resourceAccessTokens/update"
    case deleteAccessTokens = "resourceAccessTokens/delete"

    var path: String { "/api/connector/v1/" + rawValue }

    /// Whether Mews may answer with 204 and no body.
    var givesNothingBack: Bool { self == .update || self == .deleteAccessTokens }

    /// Whether it is of door codes, which are looked at again for as long as they differ.
    var isOfDoors: Bool {
        switch self {
        case .signIn, .configuration, .allActive, .byIDs, .update: false
        case .reservations, .resources, .accessTokens, .addAccessTokens, .updateAccessTokens, .deleteAccessTokens: true
        }
    }
}

/// What goes into every body. `ClientToken` and `Client` are left out in the model of 2015, whose requests know only `AccessToken`.
struct Credentials: Sendable, Hashable {
    var clientToken: String?
    var accessToken: String
    var client: String?

    /// The header of the socket's handshake. A space around `=` makes Mews refuse the connection.
    var cookie: String {
        [clientToken.map { "ClientToken=\($0)" }, "AccessToken=\(accessToken)"].compactMap(\.self).joined(separator: "; ")
    }
}

/// A request's body. Mews declares its requests closed, so nothing is ever encoded that is not documented for the operation:
/// what is `nil` is left out.
struct RequestBody: Encodable, Sendable, Hashable {
    private(set) var connectorToken: String?
    private(set) var clientToken: String?
    private(set) var accessToken: String?
    private(set) var client: String?
    private(set) var commandIDs: [String]?
    private(set) var limitation: Limitation?
    private(set) var commandID: String?
    private(set) var state: CommandState?
    private(set) var progress: Double?
    private(set) var notes: String?

    struct Limitation: Encodable, Sendable, Hashable {
        var count: Int
        private enum CodingKeys: String, CodingKey { case count = "Count" }
    }

    private enum CodingKeys: String, CodingKey {
        case connectorToken = "ConnectorToken"
        case clientToken = "ClientToken"
        case accessToken = "AccessToken"
        case client = "Client"
        case commandIDs = "CommandIds"
        case limitation = "Limitation"
        case commandID = "CommandId"
        case state = "State"
        case progress = "Progress"
        case notes = "Notes"
    }

    private init() {}

    private init(_ credentials: Credentials) {
        clientToken = credentials.clientToken
        accessToken = credentials.accessToken
        client = credentials.client
    }

    static func signIn(connectorToken: String) -> RequestBody {
        var body = RequestBody()
        body.connectorToken = connectorToken
        return body
    }

    /// Tokens only: configuration/get and commands/getAllActive.
    static func plain(_ credentials: Credentials) -> RequestBody { RequestBody(credentials) }

    static func byIDs(_ ids: [String], _ credentials: Credentials) -> RequestBody {
        var body = RequestBody(credentials)
        body.commandIDs = ids
        body.limitation = Limitation(count: ids.count)
        return body
    }

    static func update(_ update: CommandUpdate, _ credentials: Credentials) -> RequestBody {
        var body = RequestBody(credentials)
        body.commandID = update.commandID
        body.state = update.state
        body.progress = update.progress
        body.notes = update.notes
        return body
    }
}

/// What Mews is told of a command.
struct CommandUpdate: Sendable, Hashable {
    var commandID: String
    var state: CommandState
    /// 0 to 1; with `Processing` only. (The scale is not published; Mews' examples use 0.5.)
    var progress: Double?
    /// What the clerk reads in the device command queue; with final states only.
    var notes: String?
}
