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

    /// A configuration without what nobody else should read: values of keys that sound like a secret, and user names in addresses.
    /// Names of files stay: they are no secret, and a wrong one is often what is wrong.
    static func redacted(configuration text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let colon = line.firstIndex(of: ":") else { return looksSecret(line) ? "(removed)" : String(line) }
            let key = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            let isSecret = ["token", "secret", "password", "passwd", "key"].contains { key.contains($0) } && !key.contains("keycutter")
            let isPath = value.hasPrefix("/") || value.hasPrefix("\"/") || value.hasPrefix("'/")
            if isSecret, !value.isEmpty, !isPath, !value.hasPrefix("{") { return "\(line[...colon]) (removed)" }
            return withoutUser(value).map { "\(line[...colon]) \($0)" }
                ?? (looksSecret(line) ? "\(line[...colon]) (removed)" : String(line))
        }.joined(separator: "\n")
    }

    /// Forty and more letters and digits in a row are a token or a key, wherever they stand.
    private static func looksSecret(_ text: some StringProtocol) -> Bool {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.contains { $0.count >= 32 && $0.contains(where: \.isNumber) }
    }

    /// `http://user:word@host` without the user; `nil` where there is none.
    private static func withoutUser(_ value: String) -> String? {
        guard let scheme = value.range(of: "://"), let at = value.lastIndex(of: "@"), at > scheme.upperBound else { return nil }
        return value[..<scheme.upperBound] + "(removed)" + value[at...]
    }
}
