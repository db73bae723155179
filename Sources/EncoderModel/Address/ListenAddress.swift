// SPDX-License-Identifier: Apache-2.0

/// Where something of ours listens: an address with a port, or a unix socket. Whatever can be reached from another machine needs TLS and
/// tokens, which an address alone does not have: its text is read for this machine only.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// `host` is without brackets (`::1`); port 0 takes any free one.
    case tcp(host: String, port: Int)
    /// An absolute path of at most ``longestSocketPath`` bytes.
    case unix(path: String)

    /// Whether only programs on this machine can reach it.
    public var isLocal: Bool {
        switch self {
        case .tcp(let host, _): HostAndPort.isLoopback(host)
        case .unix: true
        }
    }

    /// Where a program on this machine finds who listens there: `0.0.0.0` and `::` stand for all addresses and are none.
    public var near: ListenAddress {
        switch self {
        case .tcp("0.0.0.0", let port): .tcp(host: "127.0.0.1", port: port)
        case .tcp("::", let port): .tcp(host: "::1", port: port)
        default: self
        }
    }

    /// What `sockaddr_un` of Linux holds, without its end.
    public static let longestSocketPath = 107

    /// Reads `127.0.0.1:8630`, `localhost:8630`, `[::1]:8630` or `unix:/run/encoder-bridge/endpoint.sock`.
    public init(_ text: String) throws(AddressFault) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), !path.contains("\0") else {
                throw AddressFault("\(text): write the whole path of the socket, as in unix:/run/encoder-bridge/endpoint.sock")
            }
            guard path.utf8.count <= Self.longestSocketPath else {
                throw AddressFault("\(text): a socket path has at most \(Self.longestSocketPath) bytes, choose a shorter one")
            }
            self = .unix(path: path)
            return
        }
        guard let address = HostAndPort(text, takesAnyFreePort: true) else {
            throw AddressFault("\(text): expected an address such as 127.0.0.1:8630 or unix:/run/encoder-bridge/endpoint.sock")
        }
        guard address.isLoopback else {
            let port = address.port
            throw AddressFault(
                "\(text): without TLS the endpoint listens on this machine only: use 127.0.0.1:\(port), [::1]:\(port) or a unix socket")
        }
        self = .tcp(host: address.host.lowercased(), port: address.port)
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): HostAndPort(host: host, port: port).description
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// Why nobody can listen there, as one sentence that says what to do.
public struct AddressFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
