// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import HummingbirdCore
import Logging

/// The test of a card, over the way that keys go.
extension Responder {
    private struct TestCardAnswer: Encodable {
        struct Step: Encodable {
            var text: String
            var milliseconds: Int?
        }
        var result: TestRound.Verdict
        var steps: [Step]

        init(_ outcome: TestRound.Outcome) {
            result = outcome.verdict
            steps = outcome.steps.map { Step(text: $0.text, milliseconds: $0.took.map { Int($0 / .milliseconds(1)) }) }
        }
    }

    func testCard(on name: EncoderName, client: String) async throws -> Response {
        guard let encoder = await desk.encoder(name) else { throw Problem.unknownEncoder }
        if let objection = TestRound.objection(to: name.text, encoder.kind, encoder.capabilities) {
            // A reason stands inside a sentence, which has its own full stop.
            let reason = objection.hasSuffix(".") ? String(objection.dropLast()) : objection
            var problem = Problem(Fault(.rejected(reason: reason)).worded(words, deed: .other))
            problem.detail = objection
            throw problem
        }
        let events = desk.events
        let round = TestRound(
            say: { await events.publish(.testStep(name, $0, at: Date())) },
            did: { await events.publish(.testStep(name, $0.text, at: Date())) })
        do {
            let outcome = try await round.card(on: DeskBench(responder: self, encoder: name), erases: encoder.capabilities.contains(.erase))
            logger.notice("test card: \(outcome.verdict.rawValue)", metadata: ["encoder": "\(name)", "client": "\(client)"])
            return try Reply.json(TestCardAnswer(outcome))
        } catch let fault as Fault {
            logger.notice("test card not done: \(fault.kind.code)", metadata: ["encoder": "\(name)", "client": "\(client)"])
            throw refusal(fault)
        }
    }
}

/// An encoder of this bridge: it is read and made blank between two jobs, and written by a job of its own, which the journal keeps.
private struct DeskBench: CardBench {
    typealias Trouble = any Error

    let responder: Responder
    let encoder: EncoderName
    private var desk: any JobDesk { responder.desk }
    /// Nobody waits longer in front of an encoder.
    private static let patience = Duration.seconds(60)

    func read() async throws -> ErrandOutcome { try await desk.perform(.read, on: encoder) }

    func erase() async throws { _ = try await desk.perform(.erase, on: encoder) }

    func write(_ image: CardImage) async throws -> Receipt {
        let now = Date()
        let order = KeyOrder(lockIds: ["test card"], validFrom: now, validUntil: now + 60, cardImage: image)
        let request = JobRequest(
            encoder: encoder, order: order, origin: .testCard, externalID: nil, createdAt: now, life: Self.patience)
        let id: JobID =
            switch try await responder.keep(request) {
            case .accepted(let job), .known(let job): job.id
            }
        guard let job = try await desk.finished(id, within: Self.patience), job.state.isFinal else {
            _ = try await responder.keepCancel(id, by: "the test of a card")
            throw Fault(.timeout, card: .unknown, detail: "job \(id) did not end")
        }
        if let fault = job.fault { throw fault }
        guard let receipt = job.receipts.first else { throw Fault(.cancelled) }
        return receipt
    }
}
