// SPDX-License-Identifier: Apache-2.0

/// Where the endpoint listens.
public enum EndpointAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    /// Path of a unix socket.
    case unix(path: String)

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// `HOST:PORT`, with an IPv6 address in brackets: `[::1]:8630`.
struct HostAndPort: Hashable {
    var host: String
    var port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.unicodeScalars.allSatisfy({ $0.isASCII && !" /[]@#?".unicodeScalars.contains($0) }) else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// Whether only programs on this machine can reach it.
    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
