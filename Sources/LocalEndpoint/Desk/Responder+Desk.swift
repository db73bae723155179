// SPDX-License-Identifier: Apache-2.0
import AccessCore
import BridgeCore
import DeskPage
import EncoderModel
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// The desk page and what its buttons do.
extension Responder {
    func shell(_ book: DeskBook) async -> Response {
        Reply.page(book.page.shell(encoders: await desk.encoders().map(\.name)))
    }

    func board(_ book: DeskBook) async throws -> Response { Reply.page(book.page.board(try await facts(book))) }

    func technician(_ book: DeskBook) async throws -> Response {
        var facts = try await facts(book)
        for encoder in facts.encoders {
            facts.frames[encoder.name] = await desk.frames(of: encoder.name)
            facts.withoutTestCard[encoder.name] = TestRound.objection(to: encoder.name.text, encoder.kind, encoder.capabilities)
        }
        return Reply.page(book.page.technician(facts))
    }

    private func facts(_ book: DeskBook) async throws -> DeskFacts {
        let status = await status()
        return DeskFacts(
            encoders: status.encoders, connectors: status.connectors, problems: status.problems, waiting: status.queue.waiting,
            ended: status.queue.ended, byHand: try await book.byHand(), undeliveredReports: status.queue.undeliveredReports,
            access: await access?.status,
            zone: await book.zone(), now: Date())
    }

    /// A key cut by hand: kept under an origin of its own, so that it can be handed over to the PMS later.
    func orderByHand(_ book: DeskBook, _ body: Data, _ head: HTTPRequest, client: String) async throws -> Response {
        let key = try IdempotencyKey.read(head.headerFields.values(of: "Idempotency-Key"))
        let hand = try HandOrder.read(body)
        guard await desk.encoder(hand.encoder) != nil else { throw Problem.unknownEncoder }
        let order = try hand.order(in: await book.zone(), book.words)
        if let objection = order.objection() { throw refused(objection, order) }
        let request = JobRequest(
            encoder: hand.encoder, order: order, origin: .desk, externalID: key.map { IdempotencyKey.externalID(client: client, key: $0) },
            createdAt: Date())
        let job: Job
        switch try await keep(request) {
        case .accepted(let new):
            job = new
            logger.notice("a key is cut by hand", metadata: ["encoder": "\(hand.encoder)", "job": "\(job.id)", "client": "\(client)"])
        case .known(let old):
            guard IdempotencyKey.stands(old, for: order, on: hand.encoder) else { throw Problem.keyReused.about(JobDocument(old)) }
            job = old
        }
        var fields = HTTPFields()
        fields[.location] = "/v1/jobs/\(job.id)"
        return try Reply.json(JobDocument(job), job.state.isFinal ? .ok : .accepted, fields: fields)
    }
}
