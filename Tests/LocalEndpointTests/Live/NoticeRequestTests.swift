// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct NoticeRequestTests {
    private func ask(_ client: Client, _ kind: String, _ body: String, token: String? = Secret.write) async throws -> Answer {
        try await client.send(
            "POST", "/v1/encoders/front-desk/\(kind)", token: token, headers: [("Content-Type", "application/json")], body: Data(body.utf8))
    }

    @Test func notice_reachesTheDesk_asItWasWritten() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            #expect(try await ask(client, "check-out", #"{"room":"101"}"#).status == 200)
            #expect(try await ask(client, "check-out", #"{"room":"101","reservationNumber":"17"}"#).status == 200)
            let change = #"{"room":"102","oldRoom":"101","reservationNumber":"17","validUntil":"2026-11-23T10:00:00Z"}"#
            #expect(try await ask(client, "key-change", change).status == 200)
            #expect(
                await desk.notices == [
                    .checkOut(room: "101", reservation: nil), .checkOut(room: "101", reservation: "17"),
                    .keyChange(
                        KeyChange(
                            room: "102", reservationNumber: "17", oldRoom: "101", validUntil: Date(timeIntervalSince1970: 1_795_428_000))),
                ])
        }
    }

    @Test(arguments: [
        ("check-out", "{}"), ("check-out", "[]"), ("check-out", #"{"room":7}"#), ("key-change", #"{"room":"102"}"#),
        ("key-change", #"{"room":"102","reservationNumber":"17","validUntil":"tomorrow"}"#),
    ])
    func notice_isRefused_whenItsBodyIsNone(kind: String, body: String) async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            #expect(try await ask(client, kind, body).status == 400)
            #expect(await desk.notices.isEmpty)
        }
    }

    @Test func notice_needsATokenThatMayWrite_andAFaultIsAProblem() async throws {
        let desk = FakeDesk()
        await desk.answerErrands(.failure(Fault(.busy, detail: "a key is being cut")))
        try await withEndpoint(desk) { client async throws in
            #expect(try await ask(client, "check-out", #"{"room":"101"}"#, token: Secret.read).problem == "403 readOnlyToken")
            #expect(try await ask(client, "check-out", #"{"room":"101"}"#).problem == "409 busy")
        }
    }
}
