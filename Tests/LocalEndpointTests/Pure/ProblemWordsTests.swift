// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HTTPTypes
import Testing

@testable import LocalEndpoint

/// What a person at the desk page reads of a refused request: in the hotel's language, whatever the program is told.
struct ProblemWordsTests {
    private static let problems: [Problem] = [
        .malformedRequest("x"), .invalidOrder("x"), .confirmationNeeded, .tokenNeeded("x"), .unknownToken, .tooManyTries(seconds: 3),
        .noTokens, .emptyTokensFile, .readOnlyToken("x"), .otherEncoder("x"), .tooManyChanges(seconds: 3), .foreignOrigin, .misdirected,
        .notFound, .methodNotAllowed(allowed: "GET"), .unknownEncoder, .unknownJob, .notJSON, .tooLarge, .keyReused, .tooLateToCancel,
        .alreadyEnded, .journal(JournalFault("x")), .notKeptYet, .tooManyStreams, .stopping, .internalError,
        Problem(Fault(.noCard).worded(Words(.german), deed: .read)),
    ]

    private func advice(_ problem: Problem, _ language: Language) throws -> String {
        let data = try EndpointJSON.encoder().encode(ProblemDocument(problem: problem, path: "/", words: Words(language)))
        let members = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(members["advice"] as? String)
    }

    @Test(arguments: problems) func advice_isInTheHotelsLanguage(_ problem: Problem) throws {
        let said = try advice(problem, .german)
        #expect(WordKey.allCases.map { Words(.german)($0) }.contains(said) || problem.fault?.advice == said, "\(said)")
        #expect(said != problem.detail || problem.fault != nil)
    }

    /// "Nothing is kept" would have the clerk order a key that is on its way.
    @Test(arguments: Language.allCases) func orderThatNobodyKnowsOf_isNotSaidToBeLost(_ language: Language) throws {
        #expect(try advice(.notKeptYet, language) == Words(language)(.problemNotKeptYet))
        #expect(try advice(.notKeptYet, language) != advice(.journal(JournalFault("x")), language))
    }

    @Test func wrongDates_areSaidInTheHotelsLanguage_withTheRoom() throws {
        let hand = HandOrder(encoder: "bar", room: "101", from: "soon", until: "2026-11-27T14:00")
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        let problem = try #require(throws: Problem.self) { try hand.order(in: zone, Words(.german)) }
        #expect(try advice(problem, .german).contains("Zimmer 101"))
    }
}
