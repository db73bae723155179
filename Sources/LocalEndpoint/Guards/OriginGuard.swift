// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

/// Keeps web pages away. A page on the desk's own browser can reach loopback: by rebinding its name to 127.0.0.1 (then Host is its name)
/// or by sending what needs no preflight (then Origin or Sec-Fetch-Site says so).
struct OriginGuard: Sendable {
    /// Behind TLS the certificate keeps other names away: a browser does not even send a request to a server that cannot show its name.
    var isEncrypted = false

    /// - Returns: why the request is refused, or `nil`.
    func objection(to head: HTTPRequest) -> Problem? {
        // The first Host field has become the authority; what is left here is a second one.
        guard head.headerFields.values(of: "Host").isEmpty else {
            return .malformedRequest("The request has more than one Host field: send one.")
        }
        guard let host = head.authority, let authority = Authority(host), isEncrypted || authority.isLoopback else { return .misdirected }
        let origins = head.headerFields[values: .origin]
        let own = "\(isEncrypted ? "https" : "http")://\(host.lowercased())"
        guard origins.allSatisfy({ $0.lowercased() == own }) else { return .foreignOrigin }
        // Sent by browsers only; a form post or an image of another site carries it even where Origin is missing.
        let sites = head.headerFields.values(of: "Sec-Fetch-Site")
        guard sites.allSatisfy({ $0 == "same-origin" || $0 == "none" }) else { return .foreignOrigin }
        return nil
    }
}
