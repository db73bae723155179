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

/// A property in Mews with what the connector needs beside it: its clock, the tokens themselves, its clockwork.
@dynamicMemberLookup
public struct MewsConfiguration: Sendable {
    public var property: MewsProperty
    /// `property.timeZone` of the site, over which Mews' word does not win; `nil`: keys are dated by what Mews says.
    public var timeZone: TimeZone?
    /// Reads the tokens. Called at each start of a connection and, after Mews has refused them, every ``MewsTiming/tokenCheck``.
    public var tokens: @Sendable () throws -> MewsTokens
    public var timing: MewsTiming
    /// Called when an event says that some reservation changed.
    public var onReservation: @Sendable () -> Void = {}

    public init(
        _ property: MewsProperty, timeZone: TimeZone? = nil, timing: MewsTiming = MewsTiming(),
        tokens: @escaping @Sendable () throws -> MewsTokens
    ) {
        self.property = property
        self.timeZone = timeZone
        self.timing = timing.fitting(staleAfter: property.staleAfter)
        self.tokens = tokens
    }

    public subscript<Value>(dynamicMember member: KeyPath<MewsProperty, Value>) -> Value { property[keyPath: member] }

    /// What is wrong with the addresses, in one sentence with the key to correct; `nil` when they can be used.
    /// Tokens travel in every request, so anything but this machine itself must be reached through TLS.
    public func objection() -> String? {
        for (key, address, secure, plain) in [("api", property.api, "https", "http"), ("webSocket", property.webSocket, "wss", "ws")] {
            guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty, let scheme = parts.scheme?.lowercased(),
                scheme == secure || scheme == plain
            else { return "connector.mews.\(key) is not an address: write it like \(secure)://host" }
            if scheme == plain, !HostAndPort.isLoopback(host) {
                return "connector.mews.\(key) would send the tokens in the clear: write \(secure):// instead of \(plain)://"
            }
            if parts.user != nil || parts.password != nil || parts.query != nil || parts.fragment != nil {
                return "connector.mews.\(key) must be an address only, without user, query or fragment"
            }
        }
        if property.client.trimmingCharacters(in: .whitespaces).isEmpty {
            return "connector.mews.client is empty: give name and version of the client"
        }
        if property.staleAfter <= .zero { return "connector.mews.staleAfter must be longer than nothing: 5m is usual" }
        return nil
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
