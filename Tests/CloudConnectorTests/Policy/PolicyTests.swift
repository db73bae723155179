// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import CloudConnector

@Suite struct BackoffTests {
    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (7, 20), (8, 20), (1_000_000, 20), (0, 1), (-5, 1)])
    func longest_doublesUpToTheCeiling(attempt: Int, seconds: Int) { #expect(JitteredBackoff().longest(attempt) == .seconds(seconds)) }

    @Test func wait_isAnywhereBelowTheCeiling_byTheRandomNumber() {
        #expect(JitteredBackoff().wait(4, random: 0) == .zero)
        #expect(JitteredBackoff().wait(4, random: 0.5) == .seconds(4))
        #expect(JitteredBackoff().wait(4, random: 7) == .seconds(8))
    }
}

@Suite struct RequestBudgetTests {
    @Test func book_waitsForNothing_whileTheWindowHasRoom() {
        var budget = RequestBudget(limit: 3)
        for _ in 0..<3 { #expect(budget.take(.orders, at: .seconds(1)) == nil) }
        #expect(budget.take(.orders, at: .seconds(1)) == .seconds(30))
        #expect(budget.take(.orders, at: .seconds(11)) == .seconds(20))
    }

    @Test func window_neverHoldsMoreThanPlanned_whoeverAsksWhenever() {
        var generator = SeededGenerator(seed: 11)
        var budget = RequestBudget(limit: 180)
        var now = Duration.zero
        var sent: [Duration] = []
        for number in 0..<5000 {
            now += .milliseconds(Int.random(in: 0...200, using: &generator))
            if number == 2500 { budget.close(until: now + .seconds(40)) }
            let use = RequestBudget.Use.allCases[Int.random(in: 0..<3, using: &generator)]
            while let wait = budget.take(use, at: now) { now += wait }
            sent.append(now)
        }
        for index in 180..<sent.count { #expect(sent[index] - sent[index - 180] >= .seconds(30)) }
    }

    /// A key that is ordered now does not wait for the news of a hundred others.
    @Test func places_areLeftForOrdersAndEndings_whenNewsFloods() {
        var budget = RequestBudget(limit: 180)
        while budget.take(.news, at: .zero) == nil {}
        #expect((0..<30).allSatisfy { _ in budget.take(.endings, at: .seconds(1)) == nil })
        #expect(budget.take(.endings, at: .seconds(1)) != nil)
        #expect((0..<30).allSatisfy { _ in budget.take(.orders, at: .seconds(1)) == nil })
        #expect(budget.take(.orders, at: .seconds(1)) == .seconds(29))
    }

    @Test func nobodySends_beforeTheTimeThatMewsNamed() {
        var budget = RequestBudget()
        budget.close(until: .seconds(25))
        budget.close(until: .seconds(5))
        #expect(budget.take(.orders, at: .seconds(10)) == .seconds(15))
        #expect(budget.take(.news, at: .seconds(30)) == nil)
    }
}

@Suite struct RetryAfterTests {
    private let now = Date(timeIntervalSince1970: 1_445_412_420)  // 2015-10-21T07:27:00Z

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 120 ", 120), ("999999", 900), ("99999999999999999999999", 900),
        ("Wednesday, 21-Oct-15 07:28:00 GMT", 60), ("Wed Oct 21 07:28:00 2015", 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60), ("Wed, 21 Oct 2015 07:20:00 GMT", 0), ("Wed, 21 Oct 2099 07:20:00 GMT", 900),
    ])
    func wait_isRead_fromSecondsAndFromADate(header: String, seconds: Int) {
        #expect(RetryAfter.parse(header, now: now) == .seconds(seconds))
    }

    @Test func wait_isNotShorterThanAsked_whenItHasAFraction() {
        #expect(RetryAfter.parse("2.5", now: now) == .milliseconds(2500))
    }

    @Test(
        arguments: [
            nil, "", "soon", "-5", "1.", ".5", "1.2.3", "1e3", "Wed, 21 Oct 2015", "Wed, 41 Oct 2015 07:28:00 GMT",
            "Wed, 21 Okt 2015 07:28:00 GMT",
        ]
            as [String?])
    func wait_isUnknown_whenTheHeaderIsMissingOrOdd(header: String?) { #expect(RetryAfter.parse(header, now: now) == nil) }
}

@Suite struct AnswerReadingTests {
    private static let own = #"{"Message":"Not for\nTOKEN-1.","RequestId":null,"Details":{}}"#

    private func problem(
        _ status: Int, retryAfter: String? = nil, type: String? = "application/json; charset=utf-8", body: String = AnswerReadingTests.own,
        of operation: MewsOperation = .update
    ) -> MewsProblem? {
        AnswerReading.problem(
            Answer(status: status, contentType: type, retryAfter: retryAfter, requestID: "r-1", body: Data(body.utf8)), of: operation,
            now: Date(timeIntervalSince1970: 0), hiding: ["TOKEN-1"])
    }

    @Test(arguments: [
        (200, nil as MewsProblem.Kind?), (400, .refused(status: 400)), (401, .unauthorised), (403, .refused(status: 403)),
        (404, .noSuchAddress), (408, .tooMuch), (409, .doubtful(nil)), (413, .tooMuch), (429, .later(nil)), (500, .doubtful(nil)),
        (503, .doubtful(nil)), (418, .refused(status: 418)),
    ])
    func ownAnswer_isSortedByItsStatus(status: Int, kind: MewsProblem.Kind?) { #expect(problem(status)?.kind == kind) }

    @Test func answerWithoutABody_isSuccess_whereNothingIsGivenBack() {
        #expect(problem(204, type: nil, body: "") == nil)
        #expect(problem(204, type: nil, body: "", of: .allActive)?.kind == .foreign(nil))
    }

    /// A captive portal, a proxy, a page of a web server: whatever its status says, it is not Mews that says it.
    @Test(arguments: [
        200, 201, 202, 206, 301, 302, 307, 400, 401, 402, 403, 404, 405, 407, 408, 409, 410, 413, 418, 421, 429, 451, 500, 502, 503, 504,
        511, 599, 0,
    ])
    func foreignAnswer_isBelievedNothing_whateverItsStatus(status: Int) {
        for (type, body) in [
            ("text/html", "<html>Log in</html>"), ("text/html", Self.own), ("text/plain", "no"), (nil, "<html>"),
            ("application/json", "<html>"), ("application/json", "[]"), ("application/json", ""), (nil, ""),
            ("application/json", #"{"error":"blocked by policy"}"#), ("application/json", "{}"),
        ] as [(String?, String)] {
            // A head that promises JSON is looked into by whoever wants something of the body.
            if status == 200, type != "text/html", type != "text/plain", !body.isEmpty { continue }
            let problem = problem(status, type: type, body: body)
            #expect(problem?.kind == .foreign(nil), "\(status) \(type ?? "-") \(body)")
            #expect(problem?.sentence.contains("not Mews") == true && problem?.isPassing == true)
        }
    }

    @Test(arguments: [407, 511]) func loginOfAProxy_isNeverMews(status: Int) { #expect(problem(status)?.kind == .foreign(nil)) }

    @Test func wait_isTakenFromTheHeader_butNotALongOneOfAProxy() {
        #expect(problem(429, retryAfter: "12")?.kind == .later(.seconds(12)))
        #expect(problem(503, retryAfter: "12")?.kind == .doubtful(.seconds(12)))
        #expect(problem(503, retryAfter: "600", type: "text/html", body: "<html>")?.kind == .foreign(.seconds(30)))
        #expect(problem(429, retryAfter: "60", type: "text/html", body: "<html>")?.kind == .foreign(.seconds(60)))
    }

    @Test func sentence_quotesMews_andHidesTokens() throws {
        let sentence = try #require(problem(403)).sentence
        #expect(sentence.contains("Not for (token).") && sentence.contains("r-1") && !sentence.contains("TOKEN-1"))
    }

    @Test(arguments: [#"{"Message":7}"#, #"{"Message":null}"#, #"{"RequestId":"x"}"#])
    func sentence_isStillOne_whenMewsSaysLittle(body: String) throws {
        #expect(try #require(problem(500, body: body)).sentence.contains("status 500"))
    }
}

@Suite struct MewsClockTests {
    private let theirs = Date(timeIntervalSince1970: 1_000_000)

    @Test func time_goesOnWithTheMonotonicClock_whateverTheWallClockDoes() {
        var clock = MewsClock()
        #expect(clock.now(at: .seconds(5)) == nil)
        clock.heard(theirs, sent: .seconds(10), received: .seconds(12))
        #expect(clock.now(at: .seconds(11)) == theirs)
        #expect(clock.now(at: .seconds(3611)) == theirs.addingTimeInterval(3600))
        #expect(clock.ahead(of: theirs.addingTimeInterval(-86_400), at: .seconds(11)) == 86_400)
    }

    @Test func header_countsOnly_whereMewsHasNotToldItsTimeOtherwise() {
        var clock = MewsClock()
        clock.heard(header: "Mon, 12 Jan 1970 13:46:40 GMT", at: .zero)
        #expect(clock.now(at: .zero) == theirs.addingTimeInterval(0.5))
        clock.heard(theirs.addingTimeInterval(60), sent: .zero, received: .zero)
        clock.heard(header: "Mon, 12 Jan 1970 13:46:40 GMT", at: .zero)
        #expect(clock.now(at: .zero) == theirs.addingTimeInterval(60))
    }

    @Test func step_isNoticed_eitherWay_andOnce() {
        var watch = WallClockWatch()
        #expect(watch.look(wall: theirs, uptime: .zero) == nil)
        #expect(watch.look(wall: theirs.addingTimeInterval(10.5), uptime: .seconds(10)) == nil)
        #expect(watch.look(wall: theirs.addingTimeInterval(3620.5), uptime: .seconds(20)) == 3600)
        #expect(watch.look(wall: theirs.addingTimeInterval(3630.5), uptime: .seconds(30)) == nil)
        #expect(watch.look(wall: theirs.addingTimeInterval(40), uptime: .seconds(40)) == -3600.5)
    }
}

@Suite struct MewsConfigurationTests {
    private func objection(
        api: String = "https://api.mews.com", webSocket: String = "wss://ws.mews.com/ws/connector", client: String = "B 1"
    ) -> String? {
        MewsConfiguration(MewsProperty(api: api, webSocket: webSocket, client: client)) { .connector("t") }.objection()
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
