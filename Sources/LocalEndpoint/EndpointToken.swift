// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import Foundation

/// A client's bearer token: who it is, what it may do and where. Of the secret itself only the mark is kept.
public struct EndpointToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What a token allows. `write` includes `read`.
    public enum Scope: String, Sendable, CaseIterable {
        case read, write
    }

    /// The shortest secret that is taken: below this, guessing would be worth a try.
    public static let shortestSecret = 20
    /// The longest; a longer one in a request is refused without a look.
    public static let longestSecret = 512
    /// Begins what a tokens file holds in place of a secret. Secrets of 256 random bits need no slow hash: nobody can try them all.
    static let markPrefix = "sha256:"

    /// The client's name in the trail, and the space that its idempotency keys live in. Letters, digits, `.`, `_` and `-`.
    public let name: String
    public let scope: Scope
    /// The encoders on which it may do what its scope allows to do; `nil`: on all of them. It reads what there is to read all the same.
    public let encoders: Set<EncoderName>?
    /// Whether the file holds the mark and not the secret.
    public let isHashed: Bool
    /// SHA-256 of the secret.
    let mark: [UInt8]

    /// Refuses a name with other characters (a colon would let one client speak in another's idempotency keys) and a secret that is
    /// too short, too long, or has other than visible ASCII characters.
    public init(name: String, scope: Scope, secret: String, encoders: Set<EncoderName>? = nil) throws(EndpointFault) {
        try Self.check(name)
        if secret.hasPrefix(Self.markPrefix) {
            guard let mark = Self.bytes(ofHex: secret.dropFirst(Self.markPrefix.count)) else {
                throw EndpointFault("the mark of \(name) is damaged: make a new token with `encoder-bridge token add`")
            }
            self.mark = mark
            isHashed = true
        } else {
            guard secret.utf8.count >= Self.shortestSecret else {
                throw EndpointFault(
                    "the token of \(name) is shorter than \(Self.shortestSecret) characters: make one with `openssl rand -hex 32`")
            }
            guard secret.utf8.count <= Self.longestSecret, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw EndpointFault("the token of \(name) is too long or has characters that no header carries: use `openssl rand -hex 32`")
            }
            mark = Self.mark(of: Array(secret.utf8))
            isHashed = false
        }
        self.name = name
        self.scope = scope
        self.encoders = encoders
    }

    /// A new secret, and the line of a tokens file that lets it in. The secret stands nowhere else.
    public static func make(name: String, scope: Scope, encoders: Set<EncoderName>?) throws(EndpointFault) -> (secret: String, line: String)
    {
        try check(name)
        var random = SystemRandomNumberGenerator()
        let secret = hex((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
        var words = [name, scope.rawValue, markPrefix + hex(mark(of: Array(secret.utf8)))]
        if let encoders {
            let names = encoders.map {
                $0.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."])) ?? $0.text
            }
            words.append(names.sorted().joined(separator: ","))
        }
        return (secret, words.joined(separator: " "))
    }

    /// Reads a tokens file: a line each, `NAME read|write TOKEN`, or in place of the token `sha256:` and its mark in hex digits, and behind
    /// it the encoders it is bound to, with commas between; empty lines and lines that begin with `#` are skipped.
    /// The fault names the line and never shows the token.
    public static func parse(_ text: String) throws(EndpointFault) -> [EndpointToken] {
        var tokens: [EndpointToken] = []
        // A byte-order mark before the first name is part of no name.
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            // Only what `token add` writes may be bound: a fourth word behind a token typed by hand is a slip.
            guard words.count == 3 || words.count == 4 && words[2].hasPrefix(markPrefix), let scope = Scope(rawValue: String(words[1]))
            else {
                throw EndpointFault("line \(index + 1): expected NAME read|write TOKEN, as in `front-office write 4f9c...`")
            }
            guard !words[2].contains(where: { "\"'`".contains($0) }) else {
                throw EndpointFault("line \(index + 1): the token stands in quotes: write it without them")
            }
            let names = words.count == 4 ? words[3].split(separator: ",").compactMap { $0.removingPercentEncoding } : nil
            let token: EndpointToken
            do {
                token = try EndpointToken(
                    name: String(first), scope: scope, secret: String(words[2]), encoders: names.map { Set($0.map { EncoderName($0) }) })
            } catch {
                throw EndpointFault("line \(index + 1): \(error.description)")
            }
            if tokens.contains(where: { $0.name == token.name }) {
                throw EndpointFault("line \(index + 1): the name \(token.name) is taken already: give each client its own")
            }
            if tokens.contains(where: { $0.mark == token.mark }) {
                throw EndpointFault("line \(index + 1): this token belongs to another name already: give each client its own")
            }
            tokens.append(token)
        }
        return tokens
    }

    /// Whether the token may do something on that encoder.
    func reaches(_ encoder: EncoderName) -> Bool { encoders?.contains(encoder) ?? true }

    /// Name and scope only: a token must not reach a log by accident.
    public var description: String { "\(name) (\(scope.rawValue))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "scope": scope.rawValue]) }

    static func mark(of secret: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: secret)) }

    private static func check(_ name: String) throws(EndpointFault) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else {
            throw EndpointFault("a token's name has 1 to 64 letters, digits, dots, dashes or underscores: choose another one")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(ofHex text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) }
        return bytes.count == 32 ? bytes : nil
    }
}
