// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import HTTPTypes
import Testing

@testable import LocalEndpoint

struct TokenTests {
    private static let long = "0123456789abcdefghij"

    @Test func file_isRead_withCommentsAndEmptyLines() throws {
        let tokens = try EndpointToken.parse("# clients\n\nfront-office write \(Self.long)\r\n\tscreen\tread  \(Self.long)x\n")
        #expect(tokens.map(\.name) == ["front-office", "screen"])
        #expect(tokens.map(\.scope) == [.write, .read])
        #expect(try EndpointToken.parse("").isEmpty)
    }

    @Test(arguments: [
        ("desk write", "line 1: expected NAME"), ("desk admin \(long)", "line 1: expected NAME"),
        ("\ndesk write \(long) x", "line 2: expected"),
        ("desk write short", "line 1: the token of desk is shorter than 20"), ("a:b write \(long)", "line 1: a token's name"),
        ("a write \(long)\na read \(long)x", "line 2: the name a is taken"),
        ("a write \(long)\nb read \(long)", "line 2: this token belongs"),
        ("a write \(long)ä", "line 1: the token of a is too long or"),
    ])
    func file_isRefused_byLine_withoutShowingTheToken(_ text: String, _ reason: String) {
        let fault = #expect(throws: EndpointFault.self) { try EndpointToken.parse(text) }
        #expect(fault?.description.hasPrefix(reason) == true)
        #expect(fault?.description.contains(Self.long) == false)
    }

    @Test func token_isNotShown() throws {
        let token = try EndpointToken(name: "desk", scope: .write, secret: Self.long)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\([token])", dumped] {
            #expect(!text.contains(Self.long) && !text.contains("48, 49"))
        }
    }

    @Test func verdict_followsScopeAndToken() throws {
        let tokens = try [
            EndpointToken(name: "w", scope: .write, secret: Self.long), EndpointToken(name: "r", scope: .read, secret: Self.long + "r"),
        ]
        func verdict(_ value: String?, _ scope: EndpointToken.Scope?, _ tokens: [EndpointToken]?) -> TokenGuard.Verdict {
            var head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/")
            head.headerFields[.authorization] = value
            return TokenGuard(tokens: tokens).verdict(on: head, for: scope)
        }
        #expect(verdict(nil, nil, tokens) == .admitted(client: nil))
        #expect(verdict(nil, .read, nil) == .admitted(client: nil))
        #expect(verdict("Bearer \(Self.long)", .write, nil) == .refused(.noTokens))
        #expect(verdict(nil, .read, []) == .refused(.emptyTokensFile))
        #expect(verdict("Bearer \(Self.long)", .write, tokens) == .admitted(client: "w"))
        #expect(verdict("bearer   \(Self.long)", .read, tokens) == .admitted(client: "w"))
        #expect(verdict("Bearer \(Self.long)r", .read, tokens) == .admitted(client: "r"))
        #expect(verdict("Bearer \(Self.long)r", .write, tokens) == .refused(.readOnlyToken("r")))
        #expect(verdict("Bearer \(Self.long)x", .read, tokens) == .unknownToken)
        #expect(verdict("Bearer \(Self.long.dropLast())", .read, tokens) == .unknownToken)
    }
}

/// Tokens at rest, and what they are bound to.
struct HashedTokenTests {
    private func verdict(_ secret: String, _ tokens: [EndpointToken]) -> TokenGuard.Verdict {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/")
        head.headerFields[.authorization] = "Bearer \(secret)"
        return TokenGuard(tokens: tokens).verdict(on: head, for: .write)
    }

    @Test func newToken_isLetIn_thoughItsFileHoldsAMarkOnly() throws {
        let new = try EndpointToken.make(name: "desk", scope: .write, encoders: nil)
        #expect(!new.line.contains(new.secret) && new.secret.count == 64)
        let tokens = try EndpointToken.parse("# old\nold write 0123456789abcdefghij\n\(new.line)\n")
        #expect(verdict(new.secret, tokens) == .admitted(client: "desk", on: nil))
        #expect(verdict("0123456789abcdefghij", tokens) == .admitted(client: "old", on: nil))
        // Who reads the file gets in with nothing that stands there.
        let mark = try #require(new.line.split(separator: " ").last)
        #expect(verdict(String(mark), tokens) == .unknownToken)
        #expect(tokens.map(\.isHashed) == [false, true])
    }

    @Test func newToken_isBoundToItsEncoders() throws {
        let new = try EndpointToken.make(name: "bar", scope: .write, encoders: ["bar", "Spa 2"])
        #expect(verdict(new.secret, try EndpointToken.parse(new.line)) == .admitted(client: "bar", on: ["bar", "Spa 2"]))
    }

    @Test func file_keepsWhatIsNotChanged() throws {
        var text = TokensText("# who\npos read 0123456789abcdefghij")
        let new = try EndpointToken.make(name: "desk", scope: .write, encoders: nil)
        try text.add(line: new.line)
        #expect(throws: EndpointFault.self) { try text.add(line: new.line) }
        #expect(text.text == "# who\npos read 0123456789abcdefghij\n\(new.line)\n")
        let removed = text.remove(name: "desk")
        #expect(removed && text.text == "# who\npos read 0123456789abcdefghij\n")
        let again = text.remove(name: "desk")
        #expect(!again)
    }

    @Test func mark_isRefused_whenItIsDamaged() {
        #expect(throws: EndpointFault.self) { try EndpointToken.parse("desk write sha256:0123") }
    }

    @Test func changes_areSlowedDown_forTheClientThatRepeatsItself() {
        var budget = WriteBudget()
        let now = ContinuousClock.now
        for _ in 0..<Int(WriteBudget.burst) { #expect(budget.spend("loop", at: now) == nil) }
        #expect(budget.spend("loop", at: now) == 1)
        #expect(budget.spend("desk", at: now) == nil)
        #expect(budget.spend("loop", at: now + .seconds(1)) == nil)
    }
}
