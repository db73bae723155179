// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct OrderingTests {
    @Test func order_isAcceptedWithLocation() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let answer = try await client.order()
            #expect(answer.status == 202)
            #expect(answer.value("state") == "queued")
            #expect(answer.headers["location"] == answer.value("id").map { "/v1/jobs/\($0)" })
            #expect(answer.headers["preference-applied"] == nil)
            let request = try #require(await desk.requests.first)
            #expect(request.origin == .local)
            #expect(request.externalID == nil)
            #expect(request.order.lockIds == ["101", "Pool"])
            #expect(request.order.copies == 1)
        }
    }

    @Test func order_waitsForTheKey_whenPreferred() async throws {
        try await withEndpoint(FakeDesk(ending: .done)) { client in
            let answer = try await client.order(headers: [("Prefer", "respond-async, wait=30")])
            #expect(answer.status == 200)
            #expect(answer.value("state") == "done")
            #expect(answer.headers["preference-applied"] == "wait=30")
            #expect(answer.text.contains(#""at":"2026-11-21T11:00:03.250Z""#))
        }
    }

    @Test func order_answersWithTheJobAsItIs_whenTheWaitIsOver() async throws {
        try await withEndpoint { client in
            let answer = try await client.order(headers: [("Prefer", "wait=0")])
            #expect(answer.status == 202)
            #expect(answer.headers["preference-applied"] == "wait=0")
        }
    }

    @Test(arguments: [
        (FakeDesk.Ending.failed(Fault(.noCard, detail: "EP")), "409 noCard"), (.failed(Fault(.offline)), "503 offline"),
        (.failed(Fault(.timeout, card: .unknown)), "504 timeout"), (.failed(Fault(.malformedReply)), "502 malformedReply"),
        (.failed(Fault(.rejected(reason: "no such room"))), "422 rejected"), (.failed(Fault(.heldBy(process: nil))), "503 heldBy"),
        (.cancelled, "409 cancelled"), (.expired, "410 expired"),
    ])
    func order_answersWithTheFaultAndTheJob_whenTheKeyIsNotCut(_ ending: FakeDesk.Ending, _ expected: String) async throws {
        try await withEndpoint(FakeDesk(ending: ending)) { client in
            let answer = try await client.order(headers: [("Prefer", "wait=5")])
            #expect(answer.problem == expected)
            let job = answer.object("job")
            #expect(job["id"] != nil)
            #expect(answer.value("instance") == (job["id"] as? String).map { "/v1/jobs/\($0)" })
            #expect(answer.headers["location"] == answer.value("instance"))
            #expect(answer.object("fault")["advice"] as? String == answer.value("detail"))
            #expect(answer.value("type")?.hasPrefix("urn:encoder-bridge:fault:") == true)
        }
    }

    /// A program shows its clerk `advice`: the language of the hotel, and what that clerk can put right.
    @Test(arguments: [
        (#"["101"]"#, "2026-11-21", "2026-11-23", 51, RefusalCause.wrongCount), (#"["101"]"#, "2026-11-23", "2026-11-21", 1, .wrongDates),
        ("[]", "2026-11-21", "2026-11-23", 1, .noRoom),
    ])
    func refusedOrder_isSaidInTheHotelsLanguage(rooms: String, from: String, until: String, copies: Int, cause: RefusalCause) async throws {
        try await withEndpoint(language: .german) { client in
            let body =
                #"{"lockIds":\#(rooms),"validFrom":"\#(from)T14:00:00Z","validUntil":"\#(until)T11:00:00Z","copies":\#(copies)}"#
            let answer = try await client.order(body)
            #expect(answer.problem == "422 rejected")
            let expected = Words(.german).advice(for: Fault(.rejected(reason: ""), cause: cause), rooms: ["101"])
            #expect(answer.value("advice") == expected && answer.object("fault")["advice"] as? String == expected)
            #expect((answer.object("fault")["reason"] as? String)?.isEmpty == false)
        }
    }

    @Test func cancelledOrder_isSaidInTheHotelsLanguage() async throws {
        try await withEndpoint(FakeDesk(ending: .cancelled), language: .german) { client in
            let answer = try await client.order(headers: [("Prefer", "wait=5")])
            #expect(answer.value("advice") == Words(.german)(.faultCancelled))
        }
    }

    @Test func sameKeyAndOrder_giveTheSameJob() async throws {
        let desk = FakeDesk(ending: .done)
        try await withEndpoint(desk) { client in
            let key = [("Idempotency-Key", "\"8e03978e-40d5-43e8\"")]
            let first = try await client.order(headers: key)
            let again = try await client.order(headers: key)
            #expect(first.status == 202 && again.status == 202)
            #expect(first.headers["idempotency-replayed"] == nil)
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(first.value("id") == again.value("id"))
            let finished = try await client.order(headers: key + [("Prefer", "wait=5")])
            #expect(finished.status == 200)
            // The job has ended and lost its guest; the same order is still known.
            let afterwards = try await client.order(headers: key)
            #expect(afterwards.status == 200)
            #expect(afterwards.value("id") == first.value("id"))
            #expect(await desk.jobCount == 1)
            #expect(await desk.requests.first?.externalID == "front-office:8e03978e-40d5-43e8")
        }
    }

    @Test func sameKey_isRefused_whenTheOrderIsAnother() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let key = [("Idempotency-Key", "k1")]
            let first = try await client.order(headers: key)
            let other = try await client.order(
                Client.order.replacingOccurrences(of: "Pool", with: "Gym"), headers: key)
            #expect(other.problem == "422 keyReused")
            #expect(other.object("job")["id"] as? String == first.value("id"))
            #expect(try await client.order(on: "bar%2F2", headers: key).problem == "422 keyReused")
            #expect(await desk.jobCount == 1)
        }
    }

    @Test func sameKeyOfTwoClients_makesTwoJobs() async throws {
        let desk = FakeDesk()
        let kiosk = "kiosk-token-0123456789abcdef"
        let tokens = try Secret.tokens() + [EndpointToken(name: "kiosk", scope: .write, secret: kiosk)]
        try await withEndpoint(desk, tokens: tokens) { client in
            let mine = try await client.order(headers: [("Idempotency-Key", "k1")])
            let other = try await client.order(token: kiosk, headers: [("Idempotency-Key", "k1")])
            #expect(mine.value("id") != other.value("id"))
            #expect(await desk.requests.map(\.externalID) == ["front-office:k1", "kiosk:k1"])
        }
    }

    @Test func cancel_followsTheStateOfTheJob() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let id = try #require(try await client.order().value("id"))
            let cancelled = try await client.send("DELETE", "/v1/jobs/\(id)", token: Secret.write)
            #expect(cancelled.status == 200)
            #expect(cancelled.value("state") == "cancelled")
            #expect(try await client.send("DELETE", "/v1/jobs/\(id)", token: Secret.write).status == 200)
            #expect(await desk.cancelledBy == ["front-office"])
            await desk.setState(.writing, of: JobID(id))
            let late = try await client.send("DELETE", "/v1/jobs/\(id)", token: Secret.write)
            #expect(late.problem == "409 tooLateToCancel")
            #expect(late.object("job")["state"] as? String == "writing")
            await desk.setState(.done, of: JobID(id))
            #expect(try await client.send("DELETE", "/v1/jobs/\(id)", token: Secret.write).problem == "409 alreadyEnded")
            #expect(try await client.send("DELETE", "/v1/jobs/none", token: Secret.write).problem == "404 unknownJob")
        }
    }

    @Test func journalFault_isUnavailableWithItsSentence() async throws {
        try await withEndpoint(FakeDesk(broken: JournalFault("the disk is full: make room"))) { client in
            let answer = try await client.order()
            #expect(answer.problem == "503 journal")
            #expect(answer.value("detail") == "the disk is full: make room")
            #expect(try await client.get("/v1/jobs/x").problem == "503 journal")
            #expect(try await client.send("DELETE", "/v1/jobs/x", token: Secret.write).problem == "503 journal")
        }
    }

    /// Nobody knows then what becomes of the order: a clerk who reads "not kept" makes a second key.
    @Test func order_isInDoubt_andNoClientWaitsForEver_whenTheDiskDoesNotAnswer() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk, keeping: .milliseconds(100)) { client in
            let id = try #require(try await client.order().value("id"))
            await desk.beSilent()
            for answer in [try await client.order(), try await client.send("DELETE", "/v1/jobs/\(id)", token: Secret.write)] {
                #expect(answer.problem == "503 journal" && answer.headers["retry-after"] == "10")
                #expect(answer.value("advice") == Words(.english)(.problemNotKeptYet), "\(answer.text)")
            }
            await desk.answer()
            try await eventually("what was begun is carried out") {
                let (jobs, cancelled) = await (desk.jobCount, desk.cancelledBy)
                return jobs == 2 && cancelled == ["front-office"]
            }
        }
    }

    @Test func sixtyFourOrdersAtOnce_makeSixtyFourJobs() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<64 {
                    group.addTask { try await client.order(headers: [("Idempotency-Key", "k\(number)")]).value("id") }
                }
                var ids = Set<String>()
                for try await id in group { if let id { ids.insert(id) } }
                return ids
            }
            #expect(ids.count == 64)
            #expect(await desk.jobCount == 64)
        }
    }

    @Test func stopping_givesWaitingClientsTheirJob() async throws {
        let desk = FakeDesk()
        let (answers, announce) = AsyncStream<Answer>.makeStream()
        try await withEndpoint(desk) { client in
            Task {
                announce.yield(try await client.order(headers: [("Prefer", "wait=300")]))
                announce.finish()
            }
            try await eventually("nobody waits") { await desk.waiting == 1 }
        }
        let answer = try #require(await answers.first { _ in true })
        #expect(answer.status == 202)
        #expect(answer.value("state") == "queued")
    }
}
