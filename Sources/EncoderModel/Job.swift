// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where a job stands. `done`, `failed`, `cancelled` and `expired` are final and never left.
public enum JobState: String, Sendable, Codable, CaseIterable {
    case queued, waitingForCard, writing, verifying, done, failed, cancelled, expired

    public var isFinal: Bool {
        switch self {
        case .done, .failed, .cancelled, .expired: true
        case .queued, .waitingForCard, .writing, .verifying: false
        }
    }

    /// Whether a card may have been changed: after a restart such a job is `interrupted`, never done again.
    public var mayHaveWritten: Bool { self == .writing || self == .verifying }
}

/// Who ordered a job: `local` for the HTTP endpoint, else the connector's name (`mews`).
public struct JobOrigin: Hashable, Sendable, Codable, CustomStringConvertible {
    public let name: String
    public init(_ name: String) { self.name = name }
    public init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
    public var description: String { name }
    public static let local = JobOrigin("local")
    public static let mews = JobOrigin("mews")
    /// Ordered by hand on the desk page, because the PMS was away: handed over to it by people.
    public static let desk = JobOrigin("desk")

    /// Queued by the bridge itself at a check-in, because the site said so.
    public static let access = JobOrigin("access")

    /// The card of a test from the technician's view: no key.
    public static let testCard = JobOrigin("testCard")

    /// Whether somebody waits for reports of its jobs.
    public var isReported: Bool { self != .local && self != .desk && self != .testCard && self != .access }
}

/// What is known of one finished card.
public struct Receipt: Sendable, Codable, Hashable {
    /// Number of the card within the job, from 1.
    public var copy: Int
    /// The card's serial number, if the encoder tells it.
    public var serial: String?
    /// Whether the content was read back and compared, or the encoder vouches for it.
    public var verified: Bool
    public var at: Date

    public init(copy: Int, serial: String? = nil, verified: Bool, at: Date) {
        self.copy = copy
        self.serial = serial
        self.verified = verified
        self.at = at
    }
}

/// One order to make keys, with its outcome. Survives power loss in the journal.
public struct Job: Sendable, Codable, Hashable, Identifiable {
    public var id: JobID
    public var encoder: EncoderName
    public var order: KeyOrder
    public var origin: JobOrigin
    /// The other side's id of this order (the Mews command id, the client's Idempotency-Key): never makes a second job.
    public var externalID: String?
    public var state: JobState
    public var receipts: [Receipt]
    public var fault: Fault?
    /// What a person should know of a finished key, such as "valid until 12:00, rounded up".
    public var remarks: [String]
    /// What a person must do now for the job to go on; not kept in the journal.
    public var prompt: String?
    public var createdAt: Date
    /// A job that has not begun by then is refused as `expired`. `nil`: it waits as long as it must.
    public var expiresAt: Date?
    public var finishedAt: Date?

    public init(
        id: JobID, encoder: EncoderName, order: KeyOrder, origin: JobOrigin, externalID: String? = nil, state: JobState = .queued,
        receipts: [Receipt] = [], fault: Fault? = nil, remarks: [String] = [], prompt: String? = nil, createdAt: Date,
        expiresAt: Date? = nil, finishedAt: Date? = nil
    ) {
        self.id = id
        self.encoder = encoder
        self.order = order
        self.origin = origin
        self.externalID = externalID
        self.state = state
        self.receipts = receipts
        self.fault = fault
        self.remarks = remarks
        self.prompt = prompt
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.finishedAt = finishedAt
    }

    /// Copies that are known to be written.
    public var copiesDone: Int { receipts.count }
}
