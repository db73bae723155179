// SPDX-License-Identifier: Apache-2.0

/// `endpoint.tls`: with what the endpoint shows other machines who it is.
public struct EndpointTLS: Sendable, Hashable {
    /// The certificate with its chain, PEM.
    public var certificateFile: String
    /// Its private key, PEM: a file of mode 0600 or `credential:NAME`.
    public var keyFile: String

    public init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
