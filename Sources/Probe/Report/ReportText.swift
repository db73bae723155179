// SPDX-License-Identifier: Apache-2.0
import Foundation
import PortIO

/// The bundle that a technician sends to a colleague, as one text: a title a part, what is secret taken out. Pure.
enum ReportText {
    /// A part of the bundle.
    struct Part: Sendable {
        var title: String
        var text: String
    }

    static func text(_ parts: [Part]) -> String {
        parts.map { "==== \($0.title)\n\n\($0.text.trimmingCharacters(in: .newlines))\n" }.joined(separator: "\n")
    }

    /// Keys whose values are no secret and help a colleague. Everything else is left out: a secret may stand where its path belongs, and
    /// nobody can list where people put secrets.
    private static let shown: Set<String> = [
        "timezone", "language", "listen", "driver", "serial", "path", "device", "reader", "tcp", "tcplisten", "from", "baud", "encoder",
        "profile",
        "answertimeout", "cardtimeout", "swipetimeout", "verify", "reports", "separator", "api", "websocket", "client", "unknownkeycutter",
        "staleafter", "layout", "product", "parity", "bits", "keycutters", "coercivity", "topic", "slots", "spaces", "broker", "codelength",
    ]
    /// Sections under which every key is a name of the site's, and every value one too.
    private static let named: Set<String> = ["keycutters"]

    /// A configuration for a colleague: structure, names, and the values of ``shown``.
    static func redacted(configuration text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let bare = line.trimmingCharacters(in: .whitespaces)
            if bare.isEmpty { return "" }
            let indent = line.prefix { $0 == " " }
            if bare.hasPrefix("#") { return "\(indent)# (removed)" }
            guard let colon = separator(in: bare) else { return "\(indent)(removed)" }
            let key = String(bare[..<colon])
            return "\(indent)\(looksSecret(key) ? "(removed)" : key):\(shownValue(bare[bare.index(after: colon)...], of: key))"
        }.joined(separator: "\n")
    }

    /// The colon behind the key: one with a blank or nothing behind it.
    private static func separator(in line: String) -> String.Index? {
        line.indices.first { index in
            let next = line.index(after: index)
            return line[index] == ":" && (next == line.endIndex || line[next] == " ")
        }
    }

    private static func shownValue(_ rest: Substring, of key: String) -> String {
        let value = rest.trimmingCharacters(in: .whitespaces)
        if value.isEmpty { return "" }
        let name = key.trimmingCharacters(in: CharacterSet(charactersIn: "\"' ")).lowercased()
        if value.hasPrefix("{"), value.hasSuffix("}") {
            let members = value.dropFirst().dropLast().split(separator: ",").map { member -> String in
                let text = member.trimmingCharacters(in: .whitespaces)
                guard let colon = separator(in: text) else { return "(removed)" }
                let inner = String(text[..<colon])
                let owner = named.contains(name) && !looksSecret(text) ? name : inner
                return "\(inner):\(shownValue(text[text.index(after: colon)...], of: owner))"
            }
            return " { \(members.joined(separator: ", ")) }"
        }
        let plain = withoutUser(value) ?? value
        let isFile = name.hasSuffix("file") && (value.hasPrefix("/") || value.hasPrefix("\"/"))
        return (shown.contains(name) || isFile) && !looksSecret(plain) ? " \(plain)" : " (removed)"
    }

    /// Thirty-two and more letters and digits in a row are a token or a key, wherever they stand.
    private static func looksSecret(_ text: some StringProtocol) -> Bool {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.contains { $0.count >= 32 && $0.contains(where: \.isNumber) }
    }

    /// `http://user:word@host` without the user; `nil` where there is none.
    private static func withoutUser(_ value: String) -> String? {
        guard let scheme = value.range(of: "://"), let at = value.lastIndex(of: "@"), at > scheme.upperBound else { return nil }
        return value[..<scheme.upperBound] + "(removed)" + value[at...]
    }
}
