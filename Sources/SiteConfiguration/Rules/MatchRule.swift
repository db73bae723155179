// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// `match:` of an encoder.
enum MatchRule {
    private static let kinds = ["serial", "path", "device", "reader", "tcp", "tcpListen"]

    static func read(_ section: Section, at place: ConfigurationProblem.Place, paths: PathRule) -> PortMatch? {
        section.refuseUnknown(besides: kinds + ["from"])
        let found = kinds.compactMap { kind in section.scalar(kind).map { (kind, $0) } }
        // A port that the environment gives replaces the one of the file, whatever kind that is.
        let overriding = found.filter { if case .environment = $0.1.place { true } else { false } }
        let given = overriding.isEmpty ? found : overriding
        guard given.count == 1, let (kind, scalar) = given.first else {
            let isReported = section.log.problems.contains { $0.key.hasPrefix(section.path.joined(separator: ".")) }
            if !given.isEmpty || !isReported {
                section.log.report(place, section.path, "write exactly one of \(kinds.joined(separator: ", "))")
            }
            return nil
        }
        if kind == "tcpListen" { return listening(scalar, section) }
        if section.keys.contains("from") {
            section.log.report(section.place(of: "from"), section.path + ["from"], "says who may dial in: it belongs to tcpListen only")
            return nil
        }
        return match(kind, scalar, paths, section.log)
    }

    /// `tcpListen: HOST:PORT` with `from: [ADDRESS]`.
    private static func listening(_ scalar: Scalar, _ section: Section) -> PortMatch? {
        guard let (address, from) = DoorRule.read(scalar, section) else { return nil }
        return .tcpListen(host: address.host, port: address.port, from: from)
    }

    private static func match(_ kind: String, _ scalar: Scalar, _ paths: PathRule, _ log: ProblemLog) -> PortMatch? {
        let text = scalar.text
        guard !text.isEmpty, text.utf8.count <= 1_000, !text.utf8.contains(0) else {
            log.report(scalar, "write which port: `encoder-bridge probe` lists them")
            return nil
        }
        switch kind {
        case "serial":
            let port = DetectedPort(incarnation: .init(""), kind: .tty, address: "", serial: text)
            guard port.hasUsableSerial else {
                log.report(
                    scalar, "every adapter of its kind has the serial number '\(text)': use `path:` as `encoder-bridge probe` shows it")
                return nil
            }
            return .serial(text)
        case "path":
            guard !text.hasPrefix("/") else {
                log.report(scalar, "'\(text)' is a device: write `device: \(text)`, or the ID_PATH that `encoder-bridge probe` shows")
                return nil
            }
            return .path(text)
        case "device": return paths.path(scalar, log).map(PortMatch.device)
        case "reader": return .reader(text)
        default:
            guard let address = HostAndPort(text) else {
                log.report(scalar, "'\(text)' is no address: write host:port such as 10.0.0.5:8090")
                return nil
            }
            return .tcp(host: address.host, port: address.port)
        }
    }
}
