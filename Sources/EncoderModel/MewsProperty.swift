// SPDX-License-Identifier: Apache-2.0

/// How to reach a property in Mews, and which of its key cutters are ours: as the site wrote it and as the connector takes it.
public struct MewsProperty: Sendable, Hashable {
    /// What becomes of a command for a key cutter that no encoder here stands for.
    public enum UnknownKeyCutter: String, Sendable, Hashable, CaseIterable {
        /// Reported as an error that says what to map, so that the clerk learns of it.
        case fail
        /// Left to another bridge that shares the token.
        case ignore
    }

    /// The address before `/api/connector/v1`: `https`, or `http` on this machine.
    public var api: String
    /// `wss`, or `ws` on this machine.
    public var webSocket: String
    /// Name and version of the client application, as Mews certified it.
    public var client: String
    /// `Data.KeyCutterId` to encoder; a key cutter that is not in it means the encoder of the same name.
    public var keyCutters: [String: EncoderName]
    public var unknownKeyCutter: UnknownKeyCutter
    /// A command older than this is refused, not cut: the clerk has long helped himself.
    public var staleAfter: Duration
    /// PEM file of certificates that are trusted beside the system's, for a hotel whose network opens TLS.
    public var trustRootsFile: String?

    public static let usualAPI = "https://api.mews.com"
    public static let usualWebSocket = "wss://ws.mews.com/ws/connector"
    public static let usualStaleAfter = Duration.seconds(300)

    public init(
        api: String = usualAPI, webSocket: String = usualWebSocket, client: String, keyCutters: [String: EncoderName] = [:],
        unknownKeyCutter: UnknownKeyCutter = .fail, staleAfter: Duration = usualStaleAfter, trustRootsFile: String? = nil
    ) {
        self.api = api
        self.webSocket = webSocket
        self.client = client
        self.keyCutters = keyCutters
        self.unknownKeyCutter = unknownKeyCutter
        self.staleAfter = staleAfter
        self.trustRootsFile = trustRootsFile
    }
}
