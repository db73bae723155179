// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// `endpoint:`
enum EndpointRule {
    static func read(_ section: Section, paths: PathRule) -> EndpointConfiguration? {
        section.refuseUnknown(besides: ["listen", "tokensFile", "tls"])
        var endpoint = EndpointConfiguration()
        let listen = section.scalar("listen")
        if let listen {
            guard let address = address(listen, paths, section.log) else { return nil }
            endpoint.listen = address
        }
        if let scalar = section.scalar("tokensFile") {
            guard let file = paths.secret(scalar, section.log) else { return nil }
            endpoint.tokensFile = file
        }
        let before = section.log.problems.count
        endpoint.tls = tls(section.section("tls"), paths)
        guard section.log.problems.count == before else { return nil }
        if let listen, let objection = objection(to: endpoint) {
            section.log.report(listen, objection)
            return nil
        }
        return endpoint
    }

    private static func tls(_ section: Section, _ paths: PathRule) -> EndpointTLS? {
        section.refuseUnknown(besides: ["certificateFile", "keyFile"])
        let (certificate, key) = (section.scalar("certificateFile"), section.scalar("keyFile"))
        guard section.isPresent || certificate != nil || key != nil else { return nil }
        for (name, scalar) in [("certificateFile", certificate), ("keyFile", key)] where scalar == nil && !section.keys.contains(name) {
            section.log.report(section.place, section.path + [name], "TLS needs certificateFile and keyFile: write the path of a PEM file")
        }
        guard let certificate, let key, let certificateFile = paths.path(certificate, section.log),
            let keyFile = paths.secret(key, section.log)
        else { return nil }
        return EndpointTLS(certificateFile: certificateFile, keyFile: keyFile)
    }

    /// What can be reached from other machines is closed to who cannot show a token, and nobody reads it on the way.
    private static func objection(to endpoint: EndpointConfiguration) -> String? {
        switch endpoint.listen {
        case .unix:
            return endpoint.tls == nil
                ? nil : "a socket is for programs on this machine and takes no TLS: write host:port, or take `tls` out"
        case .tcp(let host, let port):
            if HostAndPort.isLoopback(host) || endpoint.tls != nil && endpoint.tokensFile != nil { return nil }
            let missing = [endpoint.tls == nil ? "endpoint.tls" : nil, endpoint.tokensFile == nil ? "endpoint.tokensFile" : nil]
            return "'\(host)' can be reached from other machines, which needs TLS and tokens: write "
                + missing.compactMap(\.self).joined(separator: " and ") + " too, or 127.0.0.1:\(port)"
        }
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
        return .tcp(host: address.host, port: address.port)
    }
}
