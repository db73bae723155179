// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalEndpoint
import SiteConfiguration

/// Where the answers of `encoder-bridge setup` go: the configuration, and a file of its own for each secret.
package struct SetupFiles: Sendable {
    /// What cannot be written; says what to do.
    package struct Trouble: Error, CustomStringConvertible {
        package let description: String
    }

    private let configuration: String
    private let isInstalled: Bool
    private let journal: String

    /// - Parameters:
    ///   - configuration: the path of the configuration; the secrets lie beside it.
    ///   - isInstalled: it is the service's own, which gets its secrets as credentials.
    package init(configuration: String, isInstalled: Bool, journal: String) {
        self.configuration = configuration
        self.isInstalled = isInstalled
        self.journal = journal
    }

    /// Secrets first, so that a configuration never names one that is not there; a configuration from before is kept beside the new one.
    package func write(_ answers: SetupAnswers, say: (String) -> Void) throws(Trouble) {
        let text = answers.configuration(journal: journal, socket: "/run/encoder-bridge/endpoint.sock") { name in
            TokensPlace.setting(name, isInstalled: isInstalled)
        }
        for (name, secret) in [("mews-client-token", answers.clientToken), ("mews-access-token", answers.accessToken)] {
            if let secret { try NewFile.keep(secret + "\n", in: file(name), mode: 0o600) }
        }
        if FileManager.default.fileExists(atPath: configuration) {
            let aside = "\(configuration).before-\(Int(Date().timeIntervalSince1970))"
            guard rename(configuration, aside) == 0 else { throw NewFile.refusal(of: aside) }
            say("The configuration from before is \(aside).")
        }
        try NewFile.keep(text, in: configuration, mode: isInstalled ? 0o640 : 0o600)
        if isInstalled, geteuid() == 0, let group = getgrnam(SecretFile.serviceUser) { chown(configuration, 0, group.pointee.gr_gid) }
    }

    /// The access code of the clerks' page.
    /// - Returns: the secret, which stands nowhere; `nil` when there is one already.
    package func addDeskToken() throws(Trouble) -> String? {
        do {
            var tokens = try TokensFile(isInstalled ? TokensPlace.setting("tokens", isInstalled: true) : file("tokens"))
            guard try !tokens.tokens().contains(where: { $0.name == "desk" }) else { return nil }
            return try tokens.add("desk", .write, on: nil)
        } catch {
            throw Trouble(description: error.description)
        }
    }

    private func file(_ name: String) -> String { Self.folder(of: configuration) + "/" + name }

    /// A bare name lies in the folder that the person stands in.
    package static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }
}
