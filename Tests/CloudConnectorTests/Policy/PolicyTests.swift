// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import CloudConnector

@Suite struct BackoffTests {
    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (1_000_000, 60), (0, 1), (-5, 1)])
    func longest_doublesUpToTheCeiling(attempt: Int, seconds: Int) { #expect(Backoff().longest(attempt) == .seconds(seconds)) }

    @Test func wait_isAnywhereBelowTheCeiling_byTheRandomNumber() {
        #expect(Backoff().wait(4, random: 0) == .zero)
        #expect(Backoff().wait(4, random: 0.5) == .seconds(4))
        #expect(Backoff().wait(4, random: 7) == .seconds(8))
    }
}

@Suite struct RequestBudgetTests {
    @Test func book_waitsForNothing_whileTheWindowHasRoom() {
        var budget = RequestBudget(limit: 3)
        for _ in 0..<3 { #expect(budget.book(at: .seconds(1)) == .zero) }
        #expect(budget.book(at: .seconds(1)) == .seconds(30))
        #expect(budget.book(at: .seconds(11)) == .seconds(20))
    }

    @Test func window_neverHoldsMoreThanPlanned_whoeverAsksWhenever() {
        var generator = SeededGenerator(seed: 11)
        var budget = RequestBudget(limit: 180)
        var now = Duration.zero
        var sent: [Duration] = []
        for number in 0..<5000 {
            now += .milliseconds(Int.random(in: 0...200, using: &generator))
            if number == 2500 { budget.close(until: now + .seconds(40)) }
            sent.append(now + budget.book(at: now))
        }
        #expect(sent == sent.sorted())
        for index in 180..<sent.count { #expect(sent[index] - sent[index - 180] >= .seconds(30)) }
    }

    @Test func nobodySends_beforeTheTimeThatMewsNamed() {
        var budget = RequestBudget()
        budget.close(until: .seconds(25))
        budget.close(until: .seconds(5))
        #expect(budget.book(at: .seconds(10)) == .seconds(15))
        #expect(budget.book(at: .seconds(30)) == .zero)
    }
}

@Suite struct RetryAfterTests {
    private let now = Date(timeIntervalSince1970: 1_445_412_420)  // 2015-10-21T07:27:00Z

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 120 ", 120), ("999999", 900), ("99999999999999999999999", 900),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60), ("Wed, 21 Oct 2015 07:20:00 GMT", 0), ("Wed, 21 Oct 2099 07:20:00 GMT", 900),
    ])
    func wait_isRead_fromSecondsAndFromADate(header: String, seconds: Int) {
        #expect(RetryAfter.parse(header, now: now) == .seconds(seconds))
    }

    @Test(
        arguments: [nil, "", "soon", "-5", "1.5", "Wed, 21 Oct 2015", "Wed, 41 Oct 2015 07:28:00 GMT", "Wed, 21 Okt 2015 07:28:00 GMT"]
            as [String?])
    func wait_isUnknown_whenTheHeaderIsMissingOrOdd(header: String?) { #expect(RetryAfter.parse(header, now: now) == nil) }
}

@Suite struct AnswerReadingTests {
    private func problem(_ status: Int, retryAfter: String? = nil, body: String = "") -> Problem? {
        AnswerReading.problem(
            Answer(status: status, retryAfter: retryAfter, requestID: "r-1", body: Data(body.utf8)), of: .update,
            now: Date(timeIntervalSince1970: 0), hiding: ["TOKEN-1"])
    }

    @Test(arguments: [
        (200, nil as Problem.Kind?), (204, nil), (301, .noSuchAddress), (400, .refused(status: 400)), (401, .unauthorised),
        (403, .refused(status: 403)), (404, .noSuchAddress), (408, .tooMuch), (409, .doubtful(nil)), (413, .tooMuch), (429, .later(nil)),
        (500, .doubtful(nil)), (503, .doubtful(nil)), (418, .refused(status: 418)), (0, .refused(status: 0)),
    ])
    func answer_isSortedByItsStatus(status: Int, kind: Problem.Kind?) { #expect(problem(status)?.kind == kind) }

    @Test func wait_isTakenFromTheHeader() {
        #expect(problem(429, retryAfter: "12")?.kind == .later(.seconds(12)))
        #expect(problem(503, retryAfter: "12")?.kind == .doubtful(.seconds(12)))
    }

    @Test func sentence_quotesMews_andHidesTokens() throws {
        let sentence = try #require(problem(403, body: #"{"Message":"Not for\nTOKEN-1.","RequestId":null,"Details":{}}"#)).sentence
        #expect(sentence.contains("Not for (token).") && sentence.contains("r-1") && !sentence.contains("TOKEN-1"))
    }

    @Test(arguments: ["", "<html>", "[]", #"{"Message":7}"#, #"{"Message":null}"#])
    func sentence_isStillOne_whenTheBodyIsNoErrorBody(body: String) throws {
        #expect(try #require(problem(500, body: body)).sentence.contains("status 500"))
    }

    @Test func skew_isMeasuredAgainstTheMiddleOfTheRequest() {
        let sent = Date(timeIntervalSince1970: 100)
        #expect(ClockSkew.measure(theirs: Date(timeIntervalSince1970: 161), sent: sent, received: sent.addingTimeInterval(2)) == 60)
    }
}

@Suite struct MewsConfigurationTests {
    private func objection(
        api: String = "https://api.mews.com", webSocket: String = "wss://ws.mews.com/ws/connector", client: String = "B 1"
    ) -> String? {
        MewsConfiguration(api: api, webSocket: webSocket, client: client) { .connector("t") }.objection()
    }

    @Test func addresses_areTaken_whenTLSOrThisMachine() {
        #expect(objection() == nil)
        #expect(objection(api: "http://127.0.0.1:8080", webSocket: "ws://localhost:8080/ws/connector") == nil)
        #expect(objection(api: "http://[::1]:8080", webSocket: "ws://127.8.9.1/ws") == nil)
    }

    @Test(arguments: [
        "http://api.mews.com", "http://127.0.0.1.evil.example", "ftp://x", "api.mews.com", "", "https://u:p@api.mews.com", "https://x?a=b",
    ])
    func addresses_areRefusedWithTheKey_whenTokensWouldLeak(api: String) {
        #expect(objection(api: api)?.contains("connector.mews.api") == true)
    }

    @Test func client_mustBeNamed() { #expect(objection(client: " ")?.contains("connector.mews.client") == true) }
}
