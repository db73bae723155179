// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// What a session asks of the queue. Everything about a job that must survive goes through here.
public protocol SessionHost: Sendable {
    /// The next job of this encoder, begun: from now on it is this session's. `nil`: nothing waits.
    func nextJob(for encoder: EncoderName) async -> Job?
    /// Keeps an event of a job durably **before** what it announces happens. Throws `cancelled` if the job may go no further,
    /// `rejected` if the journal cannot keep it.
    func record(_ event: JobEvent, of job: JobID) async throws(Fault)
    /// Adds a line to the trail of a job that may have ended long ago.
    func note(_ text: String, about job: JobID) async
    /// Keeps durably which jobs of this encoder ended without an answer that may still come. In place of what was kept before.
    func keep(_ questions: [UnansweredJob], of encoder: EncoderName) async
    /// Whether someone wants this job cancelled.
    func wantsCancel(_ job: JobID) async -> Bool
    func clock() async -> PropertyClock
    func changed(_ status: EncoderStatus) async
    /// A card came, went, or is no longer known.
    func sighted(_ card: CardPresence, on encoder: EncoderName) async
    /// Serial number of the key that this encoder made last, whenever that was; `nil` where nobody knows.
    func lastKey(of encoder: EncoderName) async -> String?
    /// The number of this job among those of its encoder, kept durably: larger than that of any job before, and the same again when a
    /// restart makes it go on. Throws `rejected` if the journal cannot keep it.
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int
}

/// What the supervisor may ask of a session, whatever its driver.
public protocol SessionControl: Sendable {
    var name: EncoderName { get }
    /// Works until the task is cancelled, then gives the port back.
    func run() async
    /// Something happened to the port.
    func post(_ event: SessionMachine.Event) async
    /// The order of a job from before a restart may still be with the encoder, and be answered.
    /// - Parameter end: when that is over; `nil`: as long as this encoder may take, from now on.
    func mayStillAnswer(_ job: JobID, until end: Date?) async
    /// Does something between two jobs. Throws `busy` where another errand waits, else what went wrong.
    func perform(_ errand: Errand) async throws(Fault) -> ErrandOutcome
    /// Tells the lock system something of keys that it has made; the same way.
    func tell(_ notice: StayNotice) async throws(Fault) -> ErrandOutcome
    /// The last frames on the line, the oldest first. From any thread.
    var frames: [LineFrame] { get }
    /// How often something came over the line that was no frame, since the session began. From any thread.
    var lineErrors: Int { get }
    /// A job waits, or one in hand should be cancelled: look.
    func nudge() async
}
