// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

/// What a technician asks of one encoder: what went over its line, and a test with a card.
@Suite(.timeLimit(.minutes(6)))
struct TechnicianRequestTests {
    private static func card(_ byte: UInt8) -> ErrandOutcome {
        ErrandOutcome(
            card: CardPresence(.present, uid: "04A1", technology: "ntag213"),
            image: .pages(PageImage(pages: Dictionary(uniqueKeysWithValues: (4...12).map { ($0, [byte, byte, byte, byte]) }))),
            content: .whole)
    }

    private static let written = ErrandOutcome(image: .pages(PageImage(pages: [8: TestImage.page])), content: .whole)

    private func test(_ client: Client, _ encoder: String = "lab", body: String = "{}", token: String? = Secret.write) async throws
        -> Answer
    {
        try await client.send(
            "POST", "/v1/encoders/\(encoder)/test-card", token: token, headers: [("Content-Type", "application/json")],
            body: Data(body.utf8))
    }

    @Test func frames_areShown_toWhoMayRead() async throws {
        let desk = FakeDesk()
        await desk.went([
            LineFrame(at: Date(timeIntervalSince1970: 1_795_258_800.25), direction: .sent, kind: "CN", bytes: 58),
            LineFrame(at: Date(timeIntervalSince1970: 1_795_258_800.5), direction: .received, kind: "ACK", bytes: 1),
        ])
        try await withEndpoint(desk) { client async throws in
            let answer = try await client.get("/v1/encoders/front-desk/frames", token: Secret.read)
            #expect(answer.status == 200)
            #expect(
                answer.text
                    == #"{"frames":[{"at":"2026-11-21T11:00:00.250Z","bytes":58,"direction":"sent","kind":"CN"},{"at":"2026-11-21T11:00:00.500Z","bytes":1,"direction":"received","kind":"ACK"}]}"#
            )
            #expect(try await client.get("/v1/encoders/attic/frames").problem == "404 unknownEncoder")
            #expect(try await client.get("/v1/encoders/front-desk/frames", token: nil).problem == "401 tokenNeeded")
        }
    }

    @Test func testCard_isWrittenByAJobOfItsOwn_readBack_andMadeBlank() async throws {
        let desk = FakeDesk(ending: .done)
        await desk.answerNext([Self.card(0), Self.written])
        try await withEndpoint(desk) { client async throws in
            let told = await desk.events.subscribe()
            let answer = try await test(client)
            #expect(answer.status == 200, "\(answer.text)")
            var said: [String] = []
            for await numbered in told.events {
                guard case .testStep("lab", let text, _) = numbered.event else { continue }
                said.append(text)
                if text == "Take the card away." { break }
            }
            #expect(said.first?.hasPrefix("Put a blank card") == true && said.contains("read back: the same"))
            #expect(answer.value("result") == "good")
            #expect(answer.text.contains("made blank again") && answer.text.contains("milliseconds"))
            #expect(await desk.errands == [.read, .read, .erase])
            let request = try #require(await desk.requests.first)
            #expect(request.origin == .testCard && !request.origin.isReported && request.order.lockIds == ["test card"])
            #expect(request.order.cardImage == .pages(PageImage(pages: [8: TestImage.page])))
        }
    }

    @Test func card_isNotTouched_whenItIsSomeones() async throws {
        let desk = FakeDesk(ending: .done)
        await desk.answerNext([Self.card(0x42)])
        try await withEndpoint(desk) { client async throws in
            let answer = try await test(client)
            #expect(answer.status == 200 && answer.value("result") == "notTouched")
            #expect(await desk.requests.isEmpty)
            #expect(await desk.errands == [.read])
        }
    }

    @Test func testCard_isRefusedInWords_whereTheEncoderCannot_orIsBusy() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client async throws in
            let lockMaker = try await test(client, "front-desk")
            #expect(lockMaker.problem == "422 rejected" && lockMaker.value("detail")?.contains("makes the cards itself") == true)
            #expect(lockMaker.value("advice") == "The encoder cannot do this: call the technician.")
            #expect(try await test(client, "bar%2F2").value("detail")?.contains("cannot read") == true)
            #expect(try await test(client, "attic").problem == "404 unknownEncoder")
            #expect(try await test(client, body: #"{"confirm":"erase"}"#).problem == "400 invalidOrder")
            #expect(await desk.errands == [])
            await desk.answerErrands(.failure(Fault(.busy, detail: "a key is being cut")))
            #expect(try await test(client).problem == "409 busy")
        }
    }

    @Test func testCard_isInDoubt_andNobodyWaitsForEver_whenTheDiskDoesNotAnswer() async throws {
        let desk = FakeDesk()
        await desk.answerNext([Self.card(0)])
        await desk.beSilent()
        try await withEndpoint(desk, keeping: .milliseconds(100)) { client async throws in
            let answer = try await test(client)
            #expect(answer.problem == "503 journal" && answer.value("advice") == Words(.english)(.problemNotKeptYet), "\(answer.text)")
            await desk.answer()
        }
    }

    @Test func testCard_endsWithTheFault_thatItsJobEndsWith() async throws {
        let desk = FakeDesk(ending: .failed(Fault(.notWritable)))
        await desk.answerNext([Self.card(0)])
        try await withEndpoint(desk) { client async throws in
            #expect(try await test(client).problem.hasSuffix("notWritable"))
            #expect(await desk.errands == [.read])
        }
    }
}
