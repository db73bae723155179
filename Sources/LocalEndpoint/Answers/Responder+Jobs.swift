// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import HTTPTypes
import HummingbirdCore

/// Orders and jobs.
extension Responder {
    func orderKeys(on name: EncoderName, _ body: Data, _ head: HTTPRequest, client: String) async throws -> Response {
        let key = try IdempotencyKey.read(head.headerFields.values(of: "Idempotency-Key"))
        let order = try KeyOrderReader.order(from: body)
        guard await desk.encoder(name) != nil else { throw Problem.unknownEncoder }
        if let objection = order.objection() { throw refused(objection, order) }
        let request = JobRequest(
            encoder: name, order: order, origin: .local, externalID: key.map { IdempotencyKey.externalID(client: client, key: $0) },
            createdAt: Date(), client: client.isEmpty ? nil : client)
        var fields = HTTPFields()
        var job: Job
        switch try await keep(request) {
        case .accepted(let new): job = new
        case .known(let old):
            guard IdempotencyKey.stands(old, for: order, on: name) else { throw Problem.keyReused.about(JobDocument(old)) }
            fields.add("Idempotency-Replayed", "true")
            job = old
        }
        fields[.location] = "/v1/jobs/\(job.id)"
        guard let seconds = WaitPreference.seconds(head.headerFields.values(of: "Prefer")) else {
            return try Reply.json(JobDocument(job), job.state.isFinal ? .ok : .accepted, fields: fields)
        }
        fields.add("Preference-Applied", "wait=\(seconds)")
        if !job.state.isFinal { job = try await ended(job, within: seconds) }
        return try outcome(of: job, fields: fields)
    }

    func cancel(_ id: JobID, client: String) async throws -> Response {
        switch try await keepCancel(id, by: client) {
        case .cancelled(let job): return try Reply.json(JobDocument(job))
        case .tooLate(let job): throw Problem.tooLateToCancel.about(JobDocument(job))
        case .alreadyEnded(let job):
            // Asked twice, the wish is fulfilled all the same.
            if job.state == .cancelled { return try Reply.json(JobDocument(job)) }
            throw Problem.alreadyEnded.about(JobDocument(job))
        case .unknownJob: throw Problem.unknownJob
        }
    }

    /// A page of the list, newest first, and where the next one goes on; `null` behind the last.
    func jobs(_ query: JobQuery) async throws -> Response {
        let found = try await desk.jobs(query.filter, limit: query.limit + 1, before: query.before)
        let page = found.prefix(query.limit)
        return try Reply.json(
            JobList(jobs: page.map(JobDocument.init), next: found.count > query.limit ? page.last?.id.text : nil))
    }

    private struct JobList: Encodable {
        var jobs: [JobDocument]
        var next: String?

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(jobs, forKey: .jobs)
            try values.encode(next, forKey: .next)
        }

        enum CodingKeys: String, CodingKey { case jobs, next }
    }

    /// What a client that waited gets: the finished job, the problem that ended it, or the job as it is when the time is over.
    private func outcome(of job: Job, fields: HTTPFields) throws -> Response {
        let document = JobDocument(job)
        func unsaid(_ fault: Fault) -> Fault { fault.worded(words, rooms: job.order.lockIds) }
        let fault: Fault
        switch job.state {
        case .done: return try Reply.json(document, fields: fields)
        case .queued, .waitingForCard, .writing, .verifying: return try Reply.json(document, .accepted, fields: fields)
        // A failed job always carries its fault; should one not, nothing is known of the card.
        case .failed: fault = job.fault ?? unsaid(Fault(.interrupted, card: .unknown))
        case .cancelled: fault = job.fault ?? unsaid(Fault(.cancelled))
        case .expired: fault = job.fault ?? unsaid(Fault(.expired))
        }
        var problem = Problem(fault, job: document)
        problem.fields = fields
        throw problem
    }

    /// Waits, unless too many wait already or the endpoint stops: a preference is a wish, and the job goes on in any case.
    private func ended(_ job: Job, within seconds: Int) async throws -> Job {
        let desk = desk
        let waiting = Task { try await desk.finished(job.id, within: .seconds(seconds)) }
        guard let seat = try? waits.enter({ waiting.cancel() }) else {
            waiting.cancel()
            return job
        }
        defer { withExtendedLifetime(seat) {} }
        return try await withTaskCancellationHandler {
            try await waiting.value ?? job
        } onCancel: {
            waiting.cancel()
        }
    }
}
