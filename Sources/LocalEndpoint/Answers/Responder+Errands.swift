// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import HTTPTypes
import HummingbirdCore
import Logging

/// Read, erase, reset, self-test and who it is: done now, or refused.
extension Responder {
    /// What was found goes to whoever asked, and nowhere else.
    func perform(_ errand: Errand, on name: EncoderName, client: String) async throws -> Response {
        try Reply.json(try await outcome(of: errand, on: name, client: client))
    }

    func outcome(of errand: Errand, on name: EncoderName, client: String) async throws -> ErrandOutcome {
        guard await desk.encoder(name) != nil else { throw Problem.unknownEncoder }
        do throws(Fault) {
            let outcome = try await desk.perform(errand, on: name)
            logger.notice("\(errand.rawValue) done", metadata: ["encoder": "\(name)", "client": "\(client)"])
            return outcome
        } catch {
            logger.notice(
                "\(errand.rawValue) not done: \(error.kind.code)", metadata: ["encoder": "\(name)", "client": "\(client)"])
            throw refusal(error)
        }
    }

    /// A lock system is told of keys that it made.
    func tell(_ notice: StayNotice, to name: EncoderName, client: String) async throws -> Response {
        guard await desk.encoder(name) != nil else { throw Problem.unknownEncoder }
        let outcome: ErrandOutcome
        do throws(Fault) {
            outcome = try await desk.tell(notice, to: name)
            logger.notice("\(notice.kind.rawValue) done", metadata: ["encoder": "\(name)", "client": "\(client)"])
        } catch {
            logger.notice(
                "\(notice.kind.rawValue) not done: \(error.kind.code)", metadata: ["encoder": "\(name)", "client": "\(client)"])
            throw refusal(error)
        }
        return try Reply.json(outcome)
    }

    /// What an order cannot be, in the hotel's words.
    func refused(_ objection: Objection, _ order: KeyOrder) -> Problem {
        Problem(objection.fault.worded(words, rooms: order.lockIds.filter { !$0.isEmpty }))
    }

    /// A fault that nobody has said in the hotel's words gets them here.
    func refusal(_ fault: Fault) -> Problem {
        var problem = Problem(fault.sentence == nil ? fault.worded(words, deed: .other) : fault)
        // Not the whole service is busy, only this encoder, with something that the client can see.
        if fault.kind == .busy { problem.status = .conflict }
        return problem
    }
}
