// SPDX-License-Identifier: Apache-2.0

/// A client's bearer token: who it is, what it may do, and the secret it shows.
public struct EndpointToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What a token allows. `write` includes `read`.
    public enum Scope: String, Sendable, CaseIterable {
        case read, write
    }

    /// The shortest secret that is taken: below this, guessing would be worth a try.
    public static let shortestSecret = 20
    /// The longest; a longer one in a request is refused without a look.
    public static let longestSecret = 512

    /// The client's name in the trail, and the space that its idempotency keys live in. Letters, digits, `.`, `_` and `-`.
    public let name: String
    public let scope: Scope
    let secret: [UInt8]

    /// Refuses a name with other characters (a colon would let one client speak in another's idempotency keys) and a secret that is
    /// too short, too long, or has other than visible ASCII characters.
    public init(name: String, scope: Scope, secret: String) throws(EndpointFault) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            throw EndpointFault("a token's name has 1 to 64 letters, digits, dots, dashes or underscores: choose another one")
        }
        guard secret.utf8.count >= Self.shortestSecret else {
            throw EndpointFault(
                "the token of \(name) is shorter than \(Self.shortestSecret) characters: make one with `openssl rand -hex 32`")
        }
        guard secret.utf8.count <= Self.longestSecret, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw EndpointFault("the token of \(name) is too long or has characters that no header carries: use `openssl rand -hex 32`")
        }
        self.name = name
        self.scope = scope
        self.secret = Array(secret.utf8)
    }

    /// Reads a tokens file: a line each, `NAME read|write TOKEN`; empty lines and lines that begin with `#` are skipped.
    /// The fault names the line and never shows the token.
    public static func parse(_ text: String) throws(EndpointFault) -> [EndpointToken] {
        var tokens: [EndpointToken] = []
        // A byte-order mark before the first name is part of no name.
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 3, let scope = Scope(rawValue: String(words[1])) else {
                throw EndpointFault("line \(index + 1): expected NAME read|write TOKEN, as in `front-office write 4f9c...`")
            }
            guard !words[2].contains(where: { "\"'`".contains($0) }) else {
                throw EndpointFault("line \(index + 1): the token stands in quotes: write it without them")
            }
            let token: EndpointToken
            do { token = try EndpointToken(name: String(first), scope: scope, secret: String(words[2])) } catch {
                throw EndpointFault("line \(index + 1): \(error.description)")
            }
            if tokens.contains(where: { $0.name == token.name }) {
                throw EndpointFault("line \(index + 1): the name \(token.name) is taken already: give each client its own")
            }
            if tokens.contains(where: { $0.secret == token.secret }) {
                throw EndpointFault("line \(index + 1): this token belongs to another name already: give each client its own")
            }
            tokens.append(token)
        }
        return tokens
    }

    /// Name and scope only: a token must not reach a log by accident.
    public var description: String { "\(name) (\(scope.rawValue))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "scope": scope.rawValue]) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
