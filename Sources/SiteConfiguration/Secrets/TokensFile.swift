// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One program that may use the endpoint.
public struct EndpointToken: Sendable, Hashable {
    public enum Scope: String, Sendable, Hashable, CaseIterable { case read, write }
    /// Who it is, for the log.
    public var name: String
    public var scope: Scope
    /// Never logged.
    public var token: String

    public init(name: String, scope: Scope, token: String) {
        self.name = name
        self.scope = scope
        self.token = token
    }
}

/// The endpoint's tokens: a line each, `NAME read|write TOKEN`; `#` begins a comment line.
public struct TokensFile: Sendable, Hashable {
    /// Shorter tokens can be guessed.
    public static let shortestToken = 16
    private static let mostTokens = 1_000

    /// The lines that are right.
    public var tokens: [EndpointToken]
    /// Those that are not; no token is ever in a message.
    public var problems: [ConfigurationProblem]

    /// Reads a file under the rules of ``SecretFile``.
    public static func load(
        _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SecretFault) -> TokensFile {
        parse(try SecretFile.contents(path, environment: environment), file: path)
    }

    /// Reads a text; pure. `file` names it in problems.
    public static func parse(_ text: String, file: String) -> TokensFile {
        var result = TokensFile(tokens: [], problems: [])
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty || words[0].hasPrefix("#") { continue }
            if let message = result.take(words) {
                result.problems.append(ConfigurationProblem(.file(file, line: index + 1, column: 1), key: "", message))
            }
        }
        return result
    }

    /// What is wrong with a line, if anything.
    private mutating func take(_ words: [String]) -> String? {
        guard words.count == 3 else { return "write three words: NAME read|write TOKEN" }
        guard let scope = EndpointToken.Scope(rawValue: words[1]) else { return "the second word is read or write" }
        guard words[0].utf8.count <= 64, words[0].unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 }) else {
            return "write a name of at most 64 plain letters first"
        }
        guard words[2].unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 }), words[2].utf8.count <= 512 else {
            return "a token has plain letters and digits only: make one with `openssl rand -hex 32`"
        }
        guard words[2].utf8.count >= Self.shortestToken else {
            return "this token has fewer than \(Self.shortestToken) letters and can be guessed: make one with `openssl rand -hex 32`"
        }
        if tokens.contains(where: { $0.name == words[0] }) { return "'\(words[0])' has a line above already: keep one" }
        if let other = tokens.first(where: { $0.token == words[2] }) { return "'\(other.name)' has the same token: give each its own" }
        guard tokens.count < Self.mostTokens else { return "more than \(Self.mostTokens) tokens: remove those that nobody uses" }
        tokens.append(EndpointToken(name: words[0], scope: scope, token: words[2]))
        return nil
    }
}
