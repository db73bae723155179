// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct ErrandRequestTests {
    private func ask(
        _ client: Client, _ errand: String, on encoder: String = "front-desk", token: String? = Secret.write, body: String? = nil,
        type: String = "application/json"
    ) async throws -> Answer {
        try await client.send(
            "POST", "/v1/encoders/\(encoder)/\(errand)", token: token, headers: body == nil ? [] : [("Content-Type", type)],
            body: body.map { Data($0.utf8) })
    }

    @Test func read_answersWithWhatWasFound() async throws {
        let desk = FakeDesk()
        await desk.answerErrands(
            .success(
                ErrandOutcome(
                    card: CardPresence(.present, uid: "04A1B2C3", technology: "mifare-classic-1k"), reading: ["room": "101"],
                    image: .pages(PageImage(pages: [4: [1, 2, 3, 4]])))))
        try await withEndpoint(desk) { client async throws in
            let answer = try await ask(client, "read")
            #expect(answer.status == 200)
            #expect(
                answer.text
                    == #"{"card":{"state":"present","technology":"mifare-classic-1k","uid":"04A1B2C3"},"image":{"pages":{"4":"01020304"}},"reading":{"room":"101"}}"#
            )
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(try await ask(client, "read", body: "{}").status == 200)
            #expect(await desk.errands == [.read, .read])
        }
    }

    @Test func everyErrand_hasItsPath_andWhatIsNotKnownIsNull() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            #expect(try await ask(client, "reset").text == #"{"card":null,"image":null,"reading":{}}"#)
            #expect(try await ask(client, "self-test").status == 200)
            #expect(try await ask(client, "erase", on: "bar%2F2", body: #"{"confirm":"erase"}"#).status == 200)
            #expect(try await ask(client, "identify").status == 200)
            #expect(await desk.errands == [.reset, .selfTest, .erase, .identify])
            #expect(try await ask(client, "selfTest").problem == "404 notFound")
            #expect(try await ask(client, "write").problem == "404 notFound")
            #expect(try await client.get("/v1/encoders/front-desk/read").problem == "405 methodNotAllowed")
        }
    }

    @Test(arguments: [nil, "", "{}", "[]", "erase", #"{"confirm":true}"#, #"{"confirm":"yes"}"#, #"{"confirm":"Erase"}"#])
    func erase_isRefused_whenItIsNotConfirmed(_ body: String?) async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            let answer = try await ask(client, "erase", body: body)
            #expect(["400 confirmationNeeded", "415 notJSON"].contains(answer.problem), "\(answer.problem)")
            #expect(await desk.errands == [])
        }
    }

    @Test func body_isRefused_whereNoneBelongs_orWhereItIsNotCalledJSON() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            #expect(try await ask(client, "read", body: #"{"confirm":"erase"}"#).problem == "400 invalidOrder")
            #expect(try await ask(client, "reset", body: "x").problem == "400 invalidOrder")
            #expect(try await ask(client, "erase", body: #"{"confirm":"erase"}"#, type: "text/plain").problem == "415 notJSON")
            #expect(await desk.errands == [])
        }
    }

    @Test func errand_isRefused_withoutATokenThatMayWrite_orForNoEncoder() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            for errand in ["read", "reset", "self-test", "erase", "identify", "test-card"] {
                #expect(try await ask(client, errand, token: nil).problem == "401 tokenNeeded")
                #expect(try await ask(client, errand, token: Secret.read).problem == "403 readOnlyToken")
            }
            #expect(try await ask(client, "read", on: "attic").problem == "404 unknownEncoder")
            #expect(await desk.errands == [])
        }
    }

    @Test(arguments: [
        (Fault(.busy, detail: "a key is being cut"), "409 busy"), (Fault(.rejected(reason: "no")), "422 rejected"),
        (Fault(.noCard), "409 noCard"), (Fault(.offline), "503 offline"), (Fault(.timeout, card: .unknown), "504 timeout"),
    ])
    func errand_answersWithItsFault(_ fault: Fault, _ expected: String) async throws {
        let desk = FakeDesk()
        await desk.answerErrands(.failure(fault))
        try await withEndpoint(desk) { client async throws in
            let answer = try await ask(client, "read")
            #expect(answer.problem == expected)
            #expect(answer.object("fault")["card"] as? String == fault.card.rawValue)
            #expect(answer.value("instance") == "/v1/encoders/front-desk/read")
        }
    }
}
