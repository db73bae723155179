// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import HTTPTypes

/// Who may do what. Pure; the brake on guessing is ``FailureBrake``.
struct TokenGuard: Sendable {
    /// `nil` without a tokens file.
    let tokens: [EndpointToken]?

    enum Verdict: Hashable {
        /// The client's name, `nil` where no token was asked for; and the encoders its token is bound to, `nil` for all.
        case admitted(client: String?, on: Set<EncoderName>? = nil)
        case refused(Problem)
        /// A token that nobody has; counts towards the brake.
        case unknownToken
    }

    func verdict(on head: HTTPRequest, for scope: EndpointToken.Scope?) -> Verdict {
        guard let scope else { return .admitted(client: nil) }
        guard let tokens else { return scope == .read ? .admitted(client: nil) : .refused(.noTokens) }
        // Whoever named a tokens file wants the endpoint closed: an empty one opens nothing.
        if tokens.isEmpty { return .refused(.emptyTokensFile) }
        let values = head.headerFields[values: .authorization]
        guard let value = values.first else {
            return .refused(.tokenNeeded("Send a token of the tokens file as `Authorization: Bearer TOKEN`."))
        }
        let words = value.split(separator: " ")
        guard values.count == 1, words.count == 2, words[0].lowercased() == "bearer" else {
            return .refused(.tokenNeeded("The Authorization field is not of the form `Bearer TOKEN`: send exactly one of that form."))
        }
        guard let token = owner(of: Array(words[1].utf8)) else { return .unknownToken }
        guard scope == .read || token.scope == .write else { return .refused(.readOnlyToken(token.name)) }
        return .admitted(client: token.name, on: token.encoders)
    }

    /// Compares with every token, whether one matched before or not, so that the time tells nothing about any of them.
    private func owner(of presented: [UInt8]) -> EndpointToken? {
        guard !presented.isEmpty, presented.count <= EndpointToken.longestSecret else { return nil }
        var found: EndpointToken?
        let mark = EndpointToken.mark(of: presented)
        for token in tokens ?? [] where Self.same(mark, token.mark) { found = token }
        return found
    }

    /// Takes the same time wherever the first difference is: it depends on the length of what was presented only.
    static func same(_ presented: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return false }
        var difference: UInt8 = presented.count == secret.count ? 0 : 1
        for index in presented.indices { difference |= presented[index] ^ secret[index % secret.count] }
        return difference == 0
    }
}
