// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import CloudConnector

@Suite struct RequestTests {
    private let today = Credentials(clientToken: "CT", accessToken: "AT", client: "Bridge 1")
    private let of2015 = Credentials(clientToken: nil, accessToken: "AT", client: nil)

    private func keys(_ body: RequestBody) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(body)) as? [String: Any]
        return Set(try #require(object).keys)
    }

    @Test func body_hasTheThreeTokensOnly_whenNothingElseIsDocumented() throws {
        #expect(try keys(.plain(today)) == ["ClientToken", "AccessToken", "Client"])
    }

    @Test func body_hasTheAccessTokenOnly_inTheModelOf2015() throws {
        #expect(try keys(.plain(of2015)) == ["AccessToken"])
        #expect(try keys(.signIn(connectorToken: "c")) == ["ConnectorToken"])
    }

    @Test func body_isClosed_whenIdsAreAsked() throws {
        let body = RequestBody.byIDs(["a", "b"], today)
        #expect(try keys(body) == ["ClientToken", "AccessToken", "Client", "CommandIds", "Limitation"])
        #expect(body.limitation?.count == 2)
    }

    @Test(arguments: [
        (Report.Kind.received, CommandState.received, nil as Double?, nil as String?),
        (.processing, .processing, 0.5, nil),
        (.processed, .processed, nil, "2 keys cut"),
        (.failed, .error, nil, "2 keys cut"),
        (.cancelled, .cancelled, nil, "2 keys cut"),
    ])
    func update_carriesProgressAndNotesOnlyWhereMewsReadsThem(
        kind: Report.Kind, state: CommandState, progress: Double?, notes: String?
    ) throws {
        let report = Report(jobID: "j", origin: .mews, externalID: "c1", kind: kind, progress: 0.5, text: "2 keys cut")
        let update = CommandUpdate(report)
        #expect(update == CommandUpdate(commandID: "c1", state: state, progress: progress, notes: notes))
        var expected: Set = ["ClientToken", "AccessToken", "Client", "CommandId", "State"]
        if progress != nil { expected.insert("Progress") }
        if notes != nil { expected.insert("Notes") }
        #expect(try keys(.update(update, today)) == expected)
    }

    @Test(arguments: [(-1.0, 0.0), (7, 1), (.nan, 0), (0.25, 0.25)])
    func progress_staysBetweenNothingAndAll(given: Double, sent: Double) {
        let report = Report(jobID: "j", origin: .mews, externalID: "c", kind: .processing, progress: given)
        #expect(CommandUpdate(report).progress == sent)
    }

    @Test func notes_areOneShortPlainLine_whenTheTextIsNot() {
        #expect(Notes.plain(" Put\n\ta \u{7}card\r\non ") == "Put a card on")
        let long = Notes.plain(Array(repeating: "word", count: 400).joined(separator: " "))
        #expect(long.count <= Notes.longest && long.hasSuffix("word\u{2026}"))
        #expect(Notes.plain(String(repeating: "x", count: 900)).count == Notes.longest)
    }

    @Test func cookie_hasNoSpaceAroundTheEqualsSign() {
        #expect(today.cookie == "ClientToken=CT; AccessToken=AT")
        #expect(of2015.cookie == "AccessToken=AT")
    }

    @Test func paths_areExactlyAsDocumented() {
        #expect(MewsOperation.byIDs.path == "/api/connector/v1/commands/getAllByIds")
        #expect(MewsOperation.allCases.allSatisfy { !$0.path.hasSuffix("/") })
    }

    @Test func tokens_areHidden_whenPrinted() {
        #expect(!"\(MewsTokens.pair(clientToken: "SECRET", accessToken: "SECRET"))".contains("SECRET"))
        #expect(!String(reflecting: MewsTokens.connector("SECRET")).contains("SECRET"))
    }
}
