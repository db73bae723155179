// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Synchronization
import TestKit
import Testing

@testable import CloudConnector

/// What Mews tells of its time with reservations. The rest of access is tested against the sandbox.
@Suite struct MewsAccessTests {
    /// Says what time it is with the first answer only, and takes 100 s for each of the others.
    private final class SlowMews: MewsTransport {
        let uptime = Mutex<Duration>(.zero)

        func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer {
            let isFirst = operation == .resources
            if !isFirst { uptime.withLock { $0 += .seconds(100) } }
            return Answer(
                status: 200, contentType: "application/json", date: isFirst ? "Sat, 28 Mar 2026 13:55:00 GMT" : nil,
                body: Data((isFirst ? #"{"Resources":[],"Cursor":null}"# : #"{"Reservations":[],"Cursor":null}"#).utf8))
        }

        func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket { throw .failed("none here") }
        func shutdown() async {}
    }

    @Test func timeOfMews_isCountedOn_sinceTheAnswerThatToldIt() async throws {
        let mews = SlowMews()
        let access = MewsAccess(
            configuration: MewsConfiguration(MewsProperty(client: "Test 1"), timeZone: nil) { .pair(clientToken: "CT", accessToken: "AT") },
            journal: MemoryJournal(), poll: .seconds(3600), spacing: .zero, transport: mews,
            uptime: { mews.uptime.withLock { $0 } }, log: { _ in })
        let (times, told) = AsyncStream<StayNews>.makeStream()
        let run = Task { await access.run { news in told.yield(news) } }
        var heard: [TimeInterval?] = []
        for await news in times {
            if news.isAll { break }
            heard.append(news.time.map { $0.timeIntervalSince1970 - 1_774_706_100 })
        }
        run.cancel()
        await run.value
        #expect(heard == [0.5, 100.5, 200.5])
    }

    /// Answers each question as it is told to.
    private final class ScriptedMews: MewsTransport {
        private let answer: @Sendable (MewsOperation, _ body: String) -> Answer
        init(_ answer: @escaping @Sendable (MewsOperation, _ body: String) -> Answer) { self.answer = answer }
        func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer {
            answer(operation, String(decoding: body, as: UTF8.self))
        }
        func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket { throw .failed("none here") }
        func shutdown() async {}
    }

    private func access(_ mews: any MewsTransport) -> MewsAccess {
        MewsAccess(
            configuration: MewsConfiguration(MewsProperty(client: "Test 1"), timeZone: nil) {
                .pair(clientToken: "CT-secret", accessToken: "AT-secret")
            },
            journal: MemoryJournal(), poll: .seconds(3600), spacing: .zero, transport: mews, uptime: { .zero }, log: { _ in })
    }

    @Test(.timeLimit(.minutes(6))) func changeThatIsToldDuringAReading_isReadRightAfterIt() async throws {
        let (times, told) = AsyncStream<Int>.makeStream()
        let hint = Mutex<(@Sendable () -> Void)?>(nil)
        let count = Mutex(0)
        let access = access(
            ScriptedMews { operation, body in
                if body.contains("UpdatedUtc") {
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    if number == 1 { hint.withLock { $0 }?() }
                    told.yield(number)
                }
                let list = operation == .resources ? "Resources" : "Reservations"
                return Answer(status: 200, contentType: "application/json", body: Data("{\"\(list)\":[],\"Cursor\":null}".utf8))
            })
        hint.withLock { $0 = { access.hint() } }
        let run = Task { await access.run { _ in } }
        for await number in times where number == 2 { break }
        run.cancel()
        await run.value
    }

    private static let ours = #"{"Message":"No right for AT-secret","RequestId":"r1"}"#
    private static let inFuture = "Sat, 28 Mar 2026 13:55:20 GMT"

    /// Asked for tokens 0.5 s after 13:55, by Mews' clock.
    @Test(arguments: [
        (Answer(status: 403, contentType: "application/json", body: Data(ours.utf8)), "does not allow", Double?.none, true),
        (Answer(status: 400, contentType: "application/json", body: Data(ours.utf8)), "tried again, less and less often", nil, true),
        (Answer(status: 401, contentType: "application/json", body: Data(ours.utf8)), "refuses the tokens", 60, false),
        (Answer(status: 403, contentType: "text/html", body: Data("<html>".utf8)), "Something that is not Mews", nil, true),
        (Answer(status: 401, contentType: "text/html", body: Data("<html>".utf8)), "Something that is not Mews", nil, true),
        (Answer(status: 200, contentType: "text/html", body: Data("<html>".utf8)), "Something that is not Mews", nil, true),
        (Answer(status: 200, contentType: "application/json", body: Data(#"{"ok":1}"#.utf8)), "Something that is not Mews", nil, true),
        (Answer(status: 429, contentType: "application/json", body: Data(ours.utf8)), "fewer requests", 30, false),
        (Answer(status: 429, contentType: "application/json", retryAfter: inFuture, body: Data(ours.utf8)), "fewer requests", 19.5, false),
        (Answer(status: 500, contentType: "application/json", body: Data(ours.utf8)), "fault of its own", nil, true),
    ])
    func whatIsNotMewsOwn_isNotTakenForItsWord(answer: Answer, sentence: String, wait: Double?, isOfOneRequest: Bool) async throws {
        let access = access(
            ScriptedMews { operation, _ in
                operation == .deleteAccessTokens
                    ? Answer(status: 200, contentType: "application/json", date: "Sat, 28 Mar 2026 13:55:00 GMT", body: Data("{}".utf8))
                    : answer
            })
        try await access.delete(["x"])
        let fault = await #expect(throws: AccessSourceFault.self) { try await access.tokens(of: ["s1"]) }
        let said = try #require(fault?.description)
        #expect(said.contains(sentence))
        #expect(
            fault?.retryAfter == wait.map { .seconds($0) } && fault?.mayBeOfOneRequest == isOfOneRequest, "\(String(describing: fault))")
        #expect(!said.contains("secret"))
        #expect(said.contains("No right for (token)") == (answer.body == Data(Self.ours.utf8)), "Mews' own words are shown: \(said)")
    }

    /// Three pages of who is in the house and three of what was updated; each third answer is an error.
    private final class MewsWithBadDays: MewsTransport {
        let asked = Mutex<[String]>([])

        func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer {
            let text = String(decoding: body, as: UTF8.self)
            let page = (1...2).first { text.contains("\"page \($0)\"") } ?? 0
            let what = operation == .resources ? "resources" : text.contains("CollidingUtc") ? "house \(page)" : "updated \(page)"
            let count = asked.withLock { asked in
                asked.append(what)
                return asked.count
            }
            guard count % 3 != 0 else { return Answer(status: 502, contentType: "text/html", date: nil, body: Data()) }
            let cursor = operation != .resources && page < 2 ? "\"page \(page + 1)\"" : "null"
            let list = operation == .resources ? "Resources" : "Reservations"
            return Answer(status: 200, contentType: "application/json", date: nil, body: Data("{\"\(list)\":[],\"Cursor\":\(cursor)}".utf8))
        }

        func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket { throw .failed("none here") }
        func shutdown() async {}
    }

    @Test func listOfManyPages_comesToItsEnd_thoughEachThirdAnswerIsAnError() async throws {
        let mews = MewsWithBadDays()
        let access = MewsAccess(
            configuration: MewsConfiguration(MewsProperty(client: "Test 1"), timeZone: nil) { .pair(clientToken: "CT", accessToken: "AT") },
            journal: MemoryJournal(), poll: .seconds(3600), spacing: .zero, transport: mews, log: { _ in })
        let (times, told) = AsyncStream<StayNews>.makeStream()
        let run = Task { await access.run { news in told.yield(news) } }
        for await news in times where news.isAll { break }
        run.cancel()
        await run.value
        #expect(
            mews.asked.withLock { $0 } == [
                "resources", "house 0", "house 1", "house 1", "house 2", "updated 0", "updated 0", "updated 1", "updated 2", "updated 2",
            ])
    }
}
