// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// `connector:`
enum ConnectorRule {
    private static let keys = [
        "api", "webSocket", "client", "clientTokenFile", "accessTokenFile", "connectorTokenFile", "keyCutters", "unknownKeyCutter",
        "staleAfter", "trustRootsFile",
    ]

    /// `encoders`: all that the file names, sound or not.
    static func mews(_ connector: Section, paths: PathRule, encoders: [EncoderName]) -> MewsSettings? {
        connector.refuseUnknown(besides: ["mews", "industryStandard", "fias"])
        let section = connector.section("mews")
        let variable = EnvironmentName.of(section.path) + "_"
        guard section.isPresent || section.log.environment.keys.contains(where: { $0.hasPrefix(variable) }) else { return nil }
        let before = section.log.problems.count
        section.refuseUnknown(besides: keys)
        let api = url("api", in: section, secure: "https", plain: "http", standard: MewsProperty.usualAPI)
        let webSocket = url("webSocket", in: section, secure: "wss", plain: "ws", standard: MewsProperty.usualWebSocket)
        let access = access(section, at: connector.place(of: "mews"), paths: paths)
        let client = section.scalar("client")
        if let client, client.text.trimmingCharacters(in: .whitespaces).isEmpty || client.text.utf8.count > 200 {
            section.log.report(client, "write the name and version under which Mews knows this client, such as Encoder Bridge 1.0.0")
        }
        let unknown = unknownKeyCutter(section)
        guard section.log.problems.count == before, let api, let webSocket, let access else {
            _ = encoderNames(section.section("keyCutters"), encoders: encoders)
            _ = staleAfter(section)
            return nil
        }
        // With one of these wrong the connector still serves the rest: a key cutter that leads nowhere fails its own commands only.
        let keyCutters = encoderNames(section.section("keyCutters"), encoders: encoders)
        let staleAfter = staleAfter(section)
        return MewsSettings(
            MewsProperty(
                api: api, webSocket: webSocket, client: client?.text ?? "Encoder Bridge 1.0.0", keyCutters: keyCutters,
                unknownKeyCutter: unknown, staleAfter: staleAfter,
                trustRootsFile: section.scalar("trustRootsFile").flatMap { paths.path($0, section.log) }),
            access: access)
    }

    private static func url(_ name: String, in section: Section, secure: String, plain: String, standard: String) -> String? {
        guard let scalar = section.scalar(name) else { return standard }
        let example = "write one such as \(standard)"
        guard let parts = URLComponents(string: scalar.text), let scheme = parts.scheme?.lowercased(), let url = parts.url,
            let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), !host.isEmpty
        else {
            section.log.report(scalar, "this is no address: \(example)")
            return nil
        }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil, parts.query == nil else {
            section.log.report(scalar, "an address has no user, password, question mark or # in it: \(example)")
            return nil
        }
        switch scheme {
        case secure: return url.absoluteString
        case plain where HostAndPort.isLoopback(host): return url.absoluteString
        case plain:
            section.log.report(scalar, "\(plain):// sends tokens in the clear: write \(secure)://\(host)")
        default:
            section.log.report(scalar, "'\(scheme)' is not possible here: \(example)")
        }
        return nil
    }

    private static func access(_ section: Section, at place: ConfigurationProblem.Place, paths: PathRule) -> MewsSettings.Access? {
        func file(_ name: String) -> String? { section.scalar(name).flatMap { paths.secret($0, section.log) } }
        let isBoth = section.scalar("accessTokenFile") != nil && section.scalar("connectorTokenFile") != nil
        let client = file("clientTokenFile")
        let accessToken = file("accessTokenFile")
        let connectorToken = file("connectorTokenFile")
        if isBoth {
            section.log.report(
                section.place(of: "connectorTokenFile"), section.path + ["connectorTokenFile"],
                "write accessTokenFile or connectorTokenFile, not both")
            return nil
        }
        if let connectorToken { return .connectorToken(clientTokenFile: client, connectorTokenFile: connectorToken) }
        let named = section.keys
        if accessToken == nil, !named.contains("accessTokenFile"), !named.contains("connectorTokenFile") {
            section.log.report(
                place, section.path + ["accessTokenFile"], "the property's token is missing: write the path of a file that holds it")
        }
        if client == nil, !named.contains("clientTokenFile"), !named.contains("connectorTokenFile") {
            section.log.report(
                place, section.path + ["clientTokenFile"], "the client's token is missing: write the path of a file that holds it")
        }
        guard let client, let accessToken else { return nil }
        return .accessToken(clientTokenFile: client, accessTokenFile: accessToken)
    }

    /// Names that the other side has for encoders.
    static func encoderNames(_ section: Section, encoders: [EncoderName]) -> [String: EncoderName] {
        var map: [String: EncoderName] = [:]
        for id in section.keys {
            guard let scalar = section.scalar(id) else { continue }
            let name = EncoderName(scalar.text)
            // Kept even when it leads nowhere: the default, an encoder with the name of the id, is not what was meant either.
            map[id] = name
            if !encoders.contains(name) {
                let advice =
                    NearMiss.of(scalar.text, among: encoders.map(\.text)).map { "did you mean '\($0)'?" }
                    ?? (encoders.isEmpty ? "write it under encoders first" : "known: \(encoders.map(\.text).joined(separator: ", "))")
                section.log.report(scalar, "there is no encoder '\(scalar.text)': \(advice)")
            }
        }
        return map
    }

    private static func unknownKeyCutter(_ section: Section) -> MewsProperty.UnknownKeyCutter {
        guard let scalar = section.scalar("unknownKeyCutter") else { return .fail }
        if let choice = MewsProperty.UnknownKeyCutter(rawValue: scalar.text) { return choice }
        section.log.report(scalar, "'\(scalar.text)' is not possible here: write fail or ignore")
        return .fail
    }

    private static func staleAfter(_ section: Section) -> Duration {
        guard let scalar = section.scalar("staleAfter") else { return MewsProperty.usualStaleAfter }
        if let age = Duration(settingText: scalar.text), age >= .seconds(1), age <= .seconds(86_400) { return age }
        section.log.report(scalar, "'\(scalar.text)' is not possible here: write a time from 1s to 24h, such as 5m")
        return MewsProperty.usualStaleAfter
    }
}
