// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// `mqtt:`
enum MQTTRule {
    private static let keys = [
        "broker", "userFile", "passwordFile", "trustRootsFile", "certificateFile", "keyFile", "clientId",
    ]

    static func read(_ section: Section, paths: PathRule) -> MQTTSettings? {
        let variable = EnvironmentName.of(section.path) + "_"
        guard section.isPresent || section.log.environment.keys.contains(where: { $0.hasPrefix(variable) }) else { return nil }
        let before = section.log.problems.count
        section.refuseUnknown(besides: keys)
        guard let broker = section.scalar("broker") else {
            if !section.keys.contains("broker") {
                section.log.report(
                    section.place, section.path + ["broker"], "the broker is missing: write its address, such as mqtt://127.0.0.1:1883")
            }
            return nil
        }
        func path(_ name: String) -> String? { section.scalar(name).flatMap { paths.path($0, section.log) } }
        func secret(_ name: String) -> String? { section.scalar(name).flatMap { paths.secret($0, section.log) } }
        let settings = address(broker, section).map { host, port, usesTLS in
            MQTTSettings(
                host: host, port: port, usesTLS: usesTLS, userFile: secret("userFile"), passwordFile: secret("passwordFile"),
                trustRootsFile: path("trustRootsFile"), certificateFile: path("certificateFile"), keyFile: path("keyFile"),
                clientID: section.scalar("clientId")?.text ?? "")
        }
        for (one, other) in [("certificateFile", "keyFile"), ("keyFile", "certificateFile"), ("passwordFile", "userFile")] {
            if section.scalar(one) != nil, section.scalar(other) == nil {
                section.log.report(section.place(of: one), section.path + [one], "\(one) needs \(other) beside it")
            }
        }
        if let settings, !settings.usesTLS, settings.certificateFile != nil || settings.trustRootsFile != nil {
            section.log.report(broker, "certificates need TLS: write mqtts:// and its port, usually 8883")
        }
        return section.log.problems.count == before ? settings : nil
    }

    private static func address(_ scalar: Scalar, _ section: Section) -> (String, Int, Bool)? {
        guard let parts = URLComponents(string: scalar.text), let scheme = parts.scheme?.lowercased(), ["mqtt", "mqtts"].contains(scheme),
            let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil
        else {
            section.log.report(scalar, "this is no address of a broker: write one such as mqtt://127.0.0.1:1883 or mqtts://broker:8883")
            return nil
        }
        guard parts.user == nil, parts.password == nil else {
            section.log.report(
                scalar.place, section.path + ["broker"],
                "user and password do not belong here: put each into a file of mode 0600 and name them in userFile and passwordFile")
            return nil
        }
        let usesTLS = scheme == "mqtts"
        if !usesTLS, !HostAndPort.isLoopback(host) {
            section.log.report(scalar, "mqtt:// sends door codes in the clear: write mqtts://\(host):8883")
            return nil
        }
        return (host, parts.port ?? (usesTLS ? 8883 : 1883), usesTLS)
    }
}
