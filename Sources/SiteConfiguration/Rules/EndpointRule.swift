// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// `endpoint:`
enum EndpointRule {
    static func read(_ section: Section, paths: PathRule) -> EndpointConfiguration? {
        section.refuseUnknown(besides: ["listen", "tokensFile"])
        var endpoint = EndpointConfiguration()
        if let scalar = section.scalar("listen") {
            guard let listen = address(scalar, paths, section.log) else { return nil }
            endpoint.listen = listen
        }
        if let scalar = section.scalar("tokensFile") {
            guard let file = paths.secret(scalar, section.log) else { return nil }
            endpoint.tokensFile = file
        }
        return endpoint
    }

    private static func address(_ scalar: Scalar, _ paths: PathRule, _ log: ProblemLog) -> ListenAddress? {
        if scalar.text.hasPrefix("unix:") {
            var rest = scalar
            rest.text = String(scalar.text.dropFirst(5))
            guard let path = paths.path(rest, log) else { return nil }
            guard path.utf8.count <= ListenAddress.longestSocketPath else {
                log.report(scalar, "this path is too long for a socket: use at most \(ListenAddress.longestSocketPath) bytes")
                return nil
            }
            return .unix(path: path)
        }
        guard let address = HostAndPort(scalar.text) else {
            log.report(scalar, "'\(scalar.text)' is no address: write host:port such as 127.0.0.1:8630, or unix:/path")
            return nil
        }
        guard address.isLoopback else {
            log.report(
                scalar,
                "'\(address.host)' can be reached from other machines, which needs TLS and a token and is not possible yet: "
                    + "write 127.0.0.1:\(address.port)")
            return nil
        }
        return .tcp(host: address.host, port: address.port)
    }
}
