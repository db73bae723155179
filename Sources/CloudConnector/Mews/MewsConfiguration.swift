// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The tokens of one property. Never logged; ``description`` hides them.
public enum MewsTokens: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Today's model: one token for the client product, one for the property.
    case pair(clientToken: String, accessToken: String)
    /// The model of 2015: app/signIn turns this token into an access token, and the last client to sign in is the only one.
    case connector(String)

    public var description: String {
        switch self {
        case .pair: "client token and access token"
        case .connector: "connector token"
        }
    }
    public var debugDescription: String { description }

    var secrets: [String] {
        switch self {
        case .pair(let client, let access): [client, access]
        case .connector(let token): [token]
        }
    }
}

/// How to reach a property in Mews, and which of its key cutters are ours.
public struct MewsConfiguration: Sendable {
    /// What becomes of a command for a key cutter that this bridge does not have.
    public enum UnknownKeyCutter: String, Sendable, Codable, CaseIterable {
        /// It is answered with an error that says what to map.
        case fail
        /// It is left alone, for where several bridges share one access token.
        case ignore
    }

    /// The address before `/api/connector/v1`, for example `https://api.mews.com`.
    public var api: String
    /// For example `wss://ws.mews.com/ws/connector`.
    public var webSocket: String
    /// Name and version, as Mews' certification knows this product.
    public var client: String
    /// `Data.KeyCutterId` to encoder; an id that is not here is taken as the encoder's name.
    public var keyCutters: [String: EncoderName]
    public var unknownKeyCutter: UnknownKeyCutter
    /// Commands older than this are refused, because the clerk has long helped himself.
    public var staleAfter: Duration
    /// A PEM file of certificates that are trusted beside the system's, for a hotel whose network opens TLS; `nil`: none.
    public var trustRoots: String?
    /// `property.timeZone` of the site, over which Mews' word does not win; `nil`: keys are dated by what Mews says.
    public var timeZone: TimeZone?
    /// Reads the tokens. Called at each start of a connection and, after Mews has refused them, every ``MewsTiming/tokenCheck``.
    public var tokens: @Sendable () throws -> MewsTokens
    public var timing: MewsTiming
    /// Called when an event says that some reservation changed.
    public var onReservation: @Sendable () -> Void = {}

    public init(
        api: String = "https://api.mews.com", webSocket: String = "wss://ws.mews.com/ws/connector", client: String,
        keyCutters: [String: EncoderName] = [:], unknownKeyCutter: UnknownKeyCutter = .fail, staleAfter: Duration = .seconds(300),
        trustRoots: String? = nil, timeZone: TimeZone? = nil, timing: MewsTiming = MewsTiming(),
        tokens: @escaping @Sendable () throws -> MewsTokens
    ) {
        self.api = api
        self.webSocket = webSocket
        self.client = client
        self.keyCutters = keyCutters
        self.unknownKeyCutter = unknownKeyCutter
        self.staleAfter = staleAfter
        self.trustRoots = trustRoots
        self.timeZone = timeZone
        self.timing = timing.fitting(staleAfter: staleAfter)
        self.tokens = tokens
    }

    /// What is wrong with the addresses, in one sentence with the key to correct; `nil` when they can be used.
    /// Tokens travel in every request, so anything but this machine itself must be reached through TLS.
    public func objection() -> String? {
        for (key, address, secure, plain) in [("api", api, "https", "http"), ("webSocket", webSocket, "wss", "ws")] {
            guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty, let scheme = parts.scheme?.lowercased(),
                scheme == secure || scheme == plain
            else { return "connector.mews.\(key) is not an address: write it like \(secure)://host" }
            if scheme == plain, !Self.isLoopback(host) {
                return "connector.mews.\(key) would send the tokens in the clear: write \(secure):// instead of \(plain)://"
            }
            if parts.user != nil || parts.password != nil || parts.query != nil || parts.fragment != nil {
                return "connector.mews.\(key) must be an address only, without user, query or fragment"
            }
        }
        if client.trimmingCharacters(in: .whitespaces).isEmpty {
            return "connector.mews.client is empty: give name and version of the client"
        }
        if staleAfter <= .zero { return "connector.mews.staleAfter must be longer than nothing: 5m is usual" }
        return nil
    }

    static func isLoopback(_ host: String) -> Bool {
        let host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || (isIPv4 && bytes[0] == "127")
    }
}

/// The connector's clockwork. Steady and idle it wakes up for a ping every 54 s, the net every 20 s and a fresh socket every 4 hours.
public struct MewsTiming: Sendable, Hashable {
    /// Mews advises a ping at regular intervals; clients in use send one each 54 s and want the pong within 60 s.
    public var ping: Duration = .seconds(54)
    public var pongWithin: Duration = .seconds(60)
    public var handshakeWithin: Duration = .seconds(45)
    /// How long an answer may take: while one is awaited no other command is read, and a PMS waits 20 s for a key.
    public var answerWithin: Duration = .seconds(15)
    /// The same after several failures. Mews cuts requests off after "tens of seconds"; this is a little more.
    public var longestAnswer: Duration = .seconds(60)
    /// How often commands/getAllActive is asked although the socket is open: events have no delivery promise, and a PMS gives a key up
    /// after 20 s. It costs less than 2 of the 200 requests in 30 s.
    public var net: Duration = .seconds(20)
    /// How often it is asked while no socket is open, whatever the reason.
    public var poll: Duration = .seconds(3)
    /// How often the socket is made anew: Mews sends no events of a device that was added after it was opened, and gives no notice.
    public var freshSocket: Duration = .seconds(4 * 3600)
    /// How often the token files are read again when they could not be read, or hold what Mews has refused.
    public var tokenCheck: Duration = .seconds(2)
    /// When refused tokens are tried once more although they have not changed: the property may have switched the integration on. Each
    /// further time doubles it, up to ``refusedRetry``.
    public var firstRefusedRetry: Duration = .seconds(30)
    public var refusedRetry: Duration = .seconds(15 * 60)
    /// How long the core may take over a wish to cancel before it is asked again.
    public var cancelWithin: Duration = .seconds(60)
    public var backoff = JitteredBackoff()

    public init() {}

    /// The same with a net that is well below an order's life: a command whose event was lost is found while it can still be cut.
    func fitting(staleAfter: Duration) -> MewsTiming {
        var timing = self
        timing.net = max(.seconds(1), min(net, staleAfter / 5))
        timing.poll = min(poll, timing.net)
        return timing
    }
}
