// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// An order on its way in, from a connector or the HTTP endpoint.
public struct JobRequest: Sendable, Hashable {
    public var encoder: EncoderName
    public var order: KeyOrder
    public var origin: JobOrigin
    /// The other side's id (Mews command id, `Idempotency-Key`): the same one never makes a second job.
    public var externalID: String?
    /// When the order was made, by the clock of who made it.
    public var createdAt: Date
    /// The order is refused as `expired` if it has not begun by then. Turned into a span of time as soon as the order is there, so that
    /// a clock that is set afterwards changes nothing.
    public var expiresAt: Date?
    /// How long the order may wait from now on; wins over ``expiresAt``. Neither: ``JobQueue/orderLife``.
    public var life: Duration?
    /// Which program of those of one origin ordered (the name of its token): where several wait, each gets its turns.
    public var client: String?
    /// Why the order is refused whatever the encoder says (unknown encoder, broken data): it becomes a failed job with this
    /// fault, so that it is journalled, reported and never asked for again.
    public var refusal: Fault?

    public init(
        encoder: EncoderName, order: KeyOrder, origin: JobOrigin, externalID: String?, createdAt: Date, expiresAt: Date? = nil,
        life: Duration? = nil, client: String? = nil, refusal: Fault? = nil
    ) {
        self.life = life
        self.client = client
        self.encoder = encoder
        self.order = order
        self.origin = origin
        self.externalID = externalID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.refusal = refusal
    }

    var asker: String { client.map { "\(origin) \($0)" } ?? origin.name }
}

/// What became of a wish to cancel.
public enum Cancellation: Sendable, Hashable {
    /// It is cancelled; nothing was written.
    case cancelled(Job)
    /// The order is with the encoder: it can no longer be taken back.
    case tooLate(Job)
    /// It had ended before.
    case alreadyEnded(Job)
    case unknownJob
}

/// What the ways in (connector, HTTP endpoint) may ask of the core. They reach an encoder only through here, so that all get the
/// same order, limits, trail and idempotency.
public protocol JobDesk: Sendable {
    /// Keeps the order durably and queues it; when it returns, the order survives power loss.
    func submit(_ request: JobRequest) async throws(JournalFault) -> Acceptance
    func cancel(_ id: JobID, by whom: String) async throws(JournalFault) -> Cancellation
    func job(_ id: JobID) async throws(JournalFault) -> Job?
    /// Waits until the job has ended or the time is over, and gives it as it is then; `nil` if there is no such job.
    func finished(_ id: JobID, within limit: Duration) async throws(JournalFault) -> Job?
    /// Jobs from the newest backwards, at most `limit`; `before` goes on behind the last one of the page before.
    func jobs(_ filter: JobFilter, limit: Int, before: JobID?) async throws(JournalFault) -> [Job]
    func trail(of id: JobID) async throws(JournalFault) -> [TrailEntry]
    /// What happened to all jobs after a place of the journal's history, oldest first: what the event stream goes on with after a restart.
    func changes(after place: Int64, limit: Int) async throws(JournalFault) -> [JobChange]
    /// Does something with an encoder now, between jobs. Throws `busy` while keys wait or are cut, `rejected` where the encoder cannot do it.
    func perform(_ errand: Errand, on encoder: EncoderName) async throws(Fault) -> ErrandOutcome
    /// Tells the lock system behind an encoder something of keys that it has made. Done at once or refused, like an errand; what came of it
    /// stands in the trail of the orders that made the keys.
    func tell(_ notice: StayNotice, to encoder: EncoderName) async throws(Fault) -> ErrandOutcome
    /// The last frames on the line to an encoder, the oldest first; `nil` if there is no such encoder.
    func frames(of encoder: EncoderName) async -> [LineFrame]?
    /// Adds a line to the trail of a job, one that has ended too.
    func note(_ text: String, about id: JobID) async
    func encoders() async -> [EncoderStatus]
    func encoder(_ name: EncoderName) async -> EncoderStatus?
    /// What the PMS says of the property's time zone; the configuration's own wins over it.
    func learnedTimeZone(_ identifier: String) async
    var events: EventHub { get }
}
