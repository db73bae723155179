// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Who may use the page and the control API.
public enum ControlAccess: Sendable {
    /// Programs and browsers on this machine.
    case thisMachine
    /// Everybody who reaches the port: for a training room, or a container whose peers are never local.
    case everybody

    /// Nil if the request is let in. A browser is also asked where it comes from, so that no web page far away can press the buttons,
    /// not even under a host name that it made point here.
    func refusal(for request: Request) -> ApiRefusal? {
        let host = request.header("host") ?? ""
        if self == .thisMachine {
            guard request.isLocal, let name = HostAndPort.parts(of: host)?.host, HostAndPort.isLoopback(name) else {
                return ApiRefusal(status: 403, message: "The sandbox is controlled from its own machine only.")
            }
        }
        if let origin = request.header("origin"), origin != "http://\(host)" {
            return ApiRefusal(status: 403, message: "The sandbox is not controlled by other web pages.")
        }
        return nil
    }
}
