// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The connector to Mews.
public struct MewsSettings: Sendable, Hashable {
    /// How the bridge shows who it is. The paths are for ``SecretFile``.
    public enum Access: Sendable, Hashable {
        /// Today's form: the product's token and the property's.
        case accessToken(clientTokenFile: String, accessTokenFile: String)
        /// The form of 2015: `app/signIn` gives an access token for this. The product's token only if the site gave one.
        case connectorToken(clientTokenFile: String?, connectorTokenFile: String)
    }

    /// What becomes of a command for a key cutter that no encoder here stands for.
    public enum UnknownKeyCutter: String, Sendable, Hashable, CaseIterable {
        /// Reported as an error, so that the clerk learns of it.
        case fail
        /// Left to another bridge that shares the token.
        case ignore
    }

    /// `https`, or `http` on this machine.
    public var api: URL
    /// `wss`, or `ws` on this machine.
    public var webSocket: URL
    /// Name and version of the client application, as Mews certified it.
    public var client: String
    public var access: Access
    /// KeyCutterId to encoder; a key cutter that is not in it means the encoder of the same name.
    public var keyCutters: [String: EncoderName]
    public var unknownKeyCutter: UnknownKeyCutter
    /// A command older than this is refused, not cut.
    public var staleAfter: Duration
    /// PEM file of certificates that are trusted beside the system's.
    public var trustRootsFile: String?

    public init(
        api: URL, webSocket: URL, client: String, access: Access, keyCutters: [String: EncoderName] = [:],
        unknownKeyCutter: UnknownKeyCutter = .fail, staleAfter: Duration = .seconds(300), trustRootsFile: String? = nil
    ) {
        self.api = api
        self.webSocket = webSocket
        self.client = client
        self.access = access
        self.keyCutters = keyCutters
        self.unknownKeyCutter = unknownKeyCutter
        self.staleAfter = staleAfter
        self.trustRootsFile = trustRootsFile
    }
}
