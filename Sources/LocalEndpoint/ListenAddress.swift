// SPDX-License-Identifier: Apache-2.0

/// Where the endpoint listens: a loopback address with a port, or a unix socket. Nothing else, because whatever can be reached from
/// another machine needs TLS, and this endpoint has none.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// `host` is without brackets (`::1`); port 0 takes any free one.
    case tcp(host: String, port: Int)
    /// An absolute path of at most 107 bytes (what `sockaddr_un` holds).
    case unix(path: String)

    /// Reads `127.0.0.1:8630`, `localhost:8630`, `[::1]:8630` or `unix:/run/encoder-bridge/endpoint.sock`.
    public init(_ text: String) throws(EndpointFault) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), !path.contains("\0") else {
                throw EndpointFault("\(text): write the whole path of the socket, as in unix:/run/encoder-bridge/endpoint.sock")
            }
            guard path.utf8.count <= 107 else {
                throw EndpointFault("\(text): a socket path has at most 107 bytes, choose a shorter one")
            }
            self = .unix(path: path)
            return
        }
        guard let authority = Authority(text), let port = authority.port else {
            throw EndpointFault("\(text): expected an address such as 127.0.0.1:8630 or unix:/run/encoder-bridge/endpoint.sock")
        }
        guard authority.isLoopback else {
            throw EndpointFault(
                "\(text): without TLS the endpoint listens on this machine only: use 127.0.0.1:\(port), [::1]:\(port) or a unix socket")
        }
        self = .tcp(host: authority.host, port: port)
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// Why the endpoint cannot serve, as one sentence that says what to do.
public struct EndpointFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
