// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// `host` or `host:port`, as in a Host header.
struct Authority: Hashable {
    /// Lower case, without the brackets of an IPv6 address.
    let host: String
    let port: Int?

    /// `nil` for anything that is not exactly a host and perhaps a port.
    init?(_ text: String) {
        guard let (host, port) = HostAndPort.parts(of: text) else { return nil }
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether only this machine can be meant.
    var isLoopback: Bool { HostAndPort.isLoopback(host) }
}
