// SPDX-License-Identifier: Apache-2.0

/// Who may use the page and the control API.
public enum ControlAccess: Sendable {
    /// Programs and browsers on this machine.
    case thisMachine
    /// Everybody who reaches the port: for a training room, or a container whose peers are never local.
    case everybody

    /// Nil if the request is let in. A browser is also asked where it comes from, so that no web page far away can press the buttons,
    /// not even under a host name that it made point here.
    func refusal(for request: Request) -> Refusal? {
        let host = request.header("host") ?? ""
        if self == .thisMachine {
            guard request.isLocal, Self.localNames.contains(Self.name(ofHost: host)) else {
                return Refusal(status: 403, message: "The sandbox is controlled from its own machine only.")
            }
        }
        if let origin = request.header("origin"), origin != "http://\(host)" {
            return Refusal(status: 403, message: "The sandbox is not controlled by other web pages.")
        }
        return nil
    }

    private static let localNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    private static func name(ofHost host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return String(host.prefix { $0 != ":" })
    }
}
