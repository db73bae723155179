// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@Suite struct CodableTests {
    private let start = Date(timeIntervalSince1970: 1_763_733_600)

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    private func object(_ value: some Encodable) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
    }

    private func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test(arguments: FaultKind.examples + [.heldBy(process: nil)], CardKnowledge.allCases)
    func fault_comesBackAsItWas(kind: FaultKind, card: CardKnowledge) throws {
        for fault in [Fault(kind, card: card), Fault(kind, card: card, detail: "EP")] {
            #expect(try roundTrip(fault) == fault)
            let dated = DatedFault(at: start, fault: fault)
            #expect(try roundTrip(dated) == dated)
        }
    }

    @Test func fault_hasTheWordsOfTheAPI() throws {
        let fault = try object(Fault(.noCard, detail: "EP"))
        #expect(fault["code"] as? String == "noCard")
        #expect(fault["owner"] as? String == "person")
        #expect(fault["card"] as? String == "untouched")
        #expect(fault["advice"] as? String == "Put a card on the encoder and cut the key again.")
        #expect(fault["retry"] as? String == "afterPrompt")
        #expect(fault["detail"] as? String == "EP")
        #expect(try object(Fault(.noCard))["detail"] is NSNull)
    }

    @Test func fault_isRefused_whenItsCodeIsUnknown() {
        #expect(throws: DecodingError.self) { try decode(#"{"code": "gremlins"}"#, as: Fault.self) }
        #expect(throws: DecodingError.self) { try decode(#"{"code": "noCard", "card": "eaten"}"#, as: Fault.self) }
    }

    @Test func fault_isTakenFromItsCodeAlone() throws {
        #expect(try decode(#"{"code": "timeout"}"#) == Fault(.timeout))
        #expect(try decode(#"{"code": "rejected"}"#) == Fault(.rejected(reason: "")))
        #expect(
            try decode(#"{"code": "notPermitted", "path": "/dev/x", "card": "unknown"}"#)
                == Fault(.notPermitted(path: "/dev/x"), card: .unknown))
    }

    @Test(arguments: JobState.allCases)
    func job_comesBackAsItWas(state: JobState) throws {
        let order = KeyOrder(
            lockIds: ["101", "Pool"], validFrom: start, validUntil: start.addingTimeInterval(60), copies: 2, mode: .copy, guestName: "Zoë",
            reservationNumber: "R-1", cardImage: .pages(PageImage(pages: [4: [0, 255, 1, 2]])))
        let job = Job(
            id: .random(), encoder: "front-desk", order: order, origin: .mews, externalID: "c-1", state: state,
            receipts: [Receipt(copy: 1, serial: "04A1", verified: true, at: start), Receipt(copy: 2, verified: false, at: start)],
            fault: Fault(.offline, card: .unknown), remarks: ["rounded up"], prompt: "Put a card on the encoder.", createdAt: start,
            expiresAt: start.addingTimeInterval(300), finishedAt: start.addingTimeInterval(20))
        #expect(try roundTrip(job) == job)
        #expect(job.copiesDone == 2)
        let plain = Job(id: "1", encoder: "a", order: order, origin: .local, createdAt: start)
        #expect(try roundTrip(plain) == plain)
    }

    @Test func jobDocument_writesNullForWhatIsNotThere_andNoGuestData() throws {
        let order = KeyOrder(
            lockIds: ["101"], validFrom: start, validUntil: start.addingTimeInterval(60), guestName: "Zoë",
            cardImage: .pages(PageImage(pages: [4: [0, 255, 1, 2]])))
        let document = try object(JobDocument(Job(id: "1", encoder: "a", order: order, origin: .local, createdAt: start)))
        for key in ["fault", "finishedAt", "prompt"] { #expect(document[key] is NSNull, "\(key)") }
        #expect(
            Set(document.keys) == [
                "id", "encoder", "state", "copies", "copiesDone", "origin", "createdAt", "finishedAt", "prompt", "remarks", "receipts",
                "fault",
            ])
    }

    @Test func keyOrder_needsLocksAndTimesOnly() throws {
        let order: KeyOrder = try decode(#"{"lockIds": ["101"], "validFrom": 0, "validUntil": 60}"#)
        #expect(order.copies == 1 && order.mode == .new)
        #expect(order.guestName == nil && order.reservationNumber == nil && order.cardImage == nil)
        #expect(try roundTrip(order) == order)
    }

    @Test(arguments: [
        #"{}"#, #"{"lockIds": "101", "validFrom": 0, "validUntil": 60}"#, #"{"lockIds": ["101"], "validFrom": 0}"#,
        #"{"lockIds": ["101"], "validFrom": 0, "validUntil": 60, "mode": "master"}"#,
        #"{"lockIds": ["101"], "validFrom": 0, "validUntil": 60, "copies": 1.5}"#,
    ])
    func keyOrder_isRefused_whenItMakesNoSense(text: String) {
        #expect(throws: DecodingError.self) { try decode(text, as: KeyOrder.self) }
    }
}
