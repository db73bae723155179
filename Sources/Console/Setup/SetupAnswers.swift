// SPDX-License-Identifier: Apache-2.0

/// What a person said at `encoder-bridge setup`, and the configuration made of it.
package struct SetupAnswers {
    package struct Encoder {
        package var name: String
        package var driver: String
        package var match: (key: String, value: String)
        package var settings: [(name: String, value: String)]
    }

    package var timeZone = "Etc/UTC"
    package var language = "en"
    package var encoders: [Encoder] = []
    package var clientToken: String?
    package var accessToken: String?
    package var wantsPage = false

    package init() {}

    /// - Parameters:
    ///   - journal: path of the journal.
    ///   - socket: where programs reach a bridge without a page.
    ///   - secret: how the configuration names a file of that name: by a credential of systemd, or by its path.
    package func configuration(journal: String, socket: String, secret: (String) -> String) -> String {
        var lines = [
            "# Made by `encoder-bridge setup`; yours to change. Every key, with what it means: /usr/share/encoder-bridge/encoder-bridge.yaml.",
            "# After a change: encoder-bridge check", "", "property:", "  # Keys end by the clocks of the locks.",
            "  timeZone: \(timeZone)",
            "  # What clerks read. Technicians read English.", "  language: \(language)", "", "journal:",
            "  # Every order and what became of it.", "  path: \(Self.quoted(journal))", "", "endpoint:",
        ]
        if wantsPage {
            lines += [
                "  # The clerks' page: http://127.0.0.1:8630/ in a browser of this machine.", "  listen: 127.0.0.1:8630",
                "  # Who may read or order: `encoder-bridge token add NAME --scope read|write`", "  tokensFile: \(secret("tokens"))",
            ]
        } else {
            lines += ["  # For programs of this machine; root and the group encoder-bridge.", "  listen: \(Self.quoted("unix:" + socket))"]
        }
        lines += ["", "# The name is how an encoder is called everywhere. `encoder-bridge probe` lists the ports.", "encoders:"]
        if encoders.isEmpty { lines.append("  # None yet: `encoder-bridge probe DEVICE --adopt` prints an entry.") }
        for encoder in encoders {
            lines += [
                "  \(Self.quoted(encoder.name)):", "    driver: \(encoder.driver)",
                "    match: { \(encoder.match.key): \(Self.quoted(encoder.match.value)) }",
            ]
            guard !encoder.settings.isEmpty else { continue }
            let settings = encoder.settings.map { "\($0.name): \(Self.quoted($0.value))" }
            lines.append("    settings: { \(settings.joined(separator: ", ")) }")
        }
        if clientToken != nil {
            lines += [
                "", "connector:", "  mews:", "    clientTokenFile: \(secret("mews-client-token"))",
                "    accessTokenFile: \(secret("mews-access-token"))",
                "    # Key cutters of Mews that are not called like an encoder: id in Mews: encoder",
                "    #keyCutters: { \"1\": front-desk }",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
