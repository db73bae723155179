// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import HTTPTypes

/// Why a request was not carried out: an RFC 9457 problem document in the making. `type` is a URN that stays the same for ever;
/// programs decide by it, people read `detail`.
struct Problem: Error, Sendable, Hashable {
    /// `urn:encoder-bridge:fault:noCard` for what happened at an encoder, `urn:encoder-bridge:problem:notFound` for the request itself.
    var type: String
    /// The same words for every problem of this type.
    var title: String
    var status: HTTPResponse.Status
    /// What to do, as one sentence, for whoever wrote the program that asks.
    var detail: String
    /// What a person at the desk page does about it, in the hotel's language.
    var clerk: WordKey
    /// Path of what it is about, where that is not the path of the request.
    var instance: String?
    var fault: Fault?
    var job: JobDocument?
    /// Header fields that belong to the answer: Allow, Retry-After.
    var fields = HTTPFields()
    /// The rest of the request is not wanted: the connection ends after the answer.
    var closesConnection = false

    init(_ name: String, _ title: String, _ status: HTTPResponse.Status, _ detail: String, _ clerk: WordKey = .problemOther) {
        type = "urn:encoder-bridge:problem:\(name)"
        self.title = title
        self.status = status
        self.detail = detail
        self.clerk = clerk
    }

    /// What happened at an encoder or to a job. The detail is the advice for the clerk.
    init(_ fault: Fault) {
        type = "urn:encoder-bridge:fault:\(fault.kind.code)"
        title = Self.title(of: fault.kind)
        status = HTTPResponse.Status(code: fault.kind.httpStatus)
        detail = fault.advice
        clerk = .problemOther
        self.fault = fault
    }

    /// What a clerk reads of it. A fault has its own advice, which knows room and deed.
    func advice(_ words: Words) -> String { fault?.advice ?? words(clerk) }

    /// A job that ended without its keys.
    init(_ fault: Fault, job: JobDocument) {
        self.init(fault)
        self.job = job
        instance = "/v1/jobs/\(job.id)"
    }

    func with(_ field: HTTPField.Name, _ value: String) -> Problem {
        var problem = self
        problem.fields[field] = value
        return problem
    }

    /// `noCard` as `No card`.
    private static func title(of kind: FaultKind) -> String {
        if case .heldBy = kind { return "Held by another program" }
        var words = ""
        for letter in kind.code {
            if letter.isUppercase { words += " " }
            words += letter.lowercased()
        }
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

/// The document as it goes over the wire.
struct ProblemDocument: Encodable {
    let problem: Problem
    /// The request's path, for problems that are about nothing else.
    let path: String
    let words: Words

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(problem.type, forKey: .type)
        try values.encode(problem.title, forKey: .title)
        try values.encode(problem.status.code, forKey: .status)
        try values.encode(problem.detail, forKey: .detail)
        try values.encode(problem.advice(words), forKey: .advice)
        try values.encode(problem.instance ?? path, forKey: .instance)
        try values.encodeIfPresent(problem.fault, forKey: .fault)
        try values.encodeIfPresent(problem.job, forKey: .job)
    }

    enum CodingKeys: String, CodingKey { case type, title, status, detail, advice, instance, fault, job }
}
