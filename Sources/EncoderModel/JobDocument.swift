// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A job as the HTTP API, the event stream and `status --json` show it (fixed names, docs/http-api.md).
public struct JobDocument: Sendable, Codable, Hashable {
    public var id: JobID
    public var encoder: EncoderName
    public var state: JobState
    public var copies: Int
    public var copiesDone: Int
    public var origin: JobOrigin
    public var createdAt: Date
    public var finishedAt: Date?
    public var prompt: String?
    public var remarks: [String]
    public var receipts: [Receipt]
    public var fault: Fault?

    public init(_ job: Job) {
        id = job.id
        encoder = job.encoder
        state = job.state
        copies = job.order.copies
        copiesDone = job.copiesDone
        origin = job.origin
        createdAt = job.createdAt
        finishedAt = job.finishedAt
        prompt = job.prompt
        remarks = job.remarks
        receipts = job.receipts
        fault = job.fault
    }

    /// Written by hand so that `finishedAt`, `prompt` and `fault` are `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(self.encoder, forKey: .encoder)
        try values.encode(state, forKey: .state)
        try values.encode(copies, forKey: .copies)
        try values.encode(copiesDone, forKey: .copiesDone)
        try values.encode(origin, forKey: .origin)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(finishedAt, forKey: .finishedAt)
        try values.encode(prompt, forKey: .prompt)
        try values.encode(remarks, forKey: .remarks)
        try values.encode(receipts, forKey: .receipts)
        try values.encode(fault, forKey: .fault)
    }
}
