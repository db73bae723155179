// SPDX-License-Identifier: Apache-2.0

/// How to reach a broker.
public struct MQTTConfiguration: Sendable, CustomStringConvertible {
    public var host: String
    public var port: Int
    /// `mqtts`; at least TLS 1.2.
    public var usesTLS: Bool
    public var user: String?
    public var password: String?
    /// PEM files: certificates that are trusted in place of the system's; our own certificate and its key.
    public var trustRootsFile: String?
    public var certificateFile: String?
    public var keyFile: String?
    /// Empty: the broker gives one.
    public var clientID: String
    /// Where `{"state":"online"}` and, as the last will, `{"state":"offline"}` stand retained; `nil`: nowhere.
    public var stateTopic: String?

    public init(
        host: String, port: Int, usesTLS: Bool = false, user: String? = nil, password: String? = nil, trustRootsFile: String? = nil,
        certificateFile: String? = nil, keyFile: String? = nil, clientID: String = "", stateTopic: String? = "encoder-bridge/state"
    ) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.user = user
        self.password = password
        self.trustRootsFile = trustRootsFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientID = clientID
        self.stateTopic = stateTopic
    }

    /// Without the password.
    public var description: String { "\(usesTLS ? "mqtts" : "mqtt")://\(host):\(port)" }
}

/// The client could not be made, in one sentence that says what to do.
public struct MQTTFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
