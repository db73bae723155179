// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Something that happened, for everyone who listens (event stream, connector, `probe --watch`).
public enum BridgeEvent: Sendable, Hashable {
    /// The encoder's state changed.
    case encoder(EncoderStatus)
    case card(EncoderName, CardPresence, at: Date)
    /// The job's state, prompt or receipts changed.
    case job(JobDocument)
    /// A person must do something about a job that has ended.
    case notice(JobNotice)
    /// What a person must do for the test of a card that is under way, or what was done.
    case testStep(EncoderName, String, at: Date)
    /// Of door codes and locks.
    case access(AccessEvent)
    /// A report of this origin waits in the outbox.
    case reportWaiting(JobOrigin)

    /// `encoder.ready`, `card.arrived`, `job.done` ...; `nil` for what is not shown outside.
    public var type: String? {
        switch self {
        case .encoder(let status): "encoder.\(status.state.rawValue)"
        case .card(_, let presence, _):
            switch presence.state {
            case .present: "card.arrived"
            case .absent: "card.removed"
            case .unknown: nil
            }
        case .job(let job): "job.\(job.state.rawValue)"
        case .notice: "job.notice"
        case .testStep: "test.step"
        case .access(let event): event.kind.rawValue
        case .reportWaiting: nil
        }
    }
}

/// An event with its place in the stream.
public struct NumberedEvent: Sendable, Hashable {
    /// Counts up from 1 within one run of the daemon.
    public var number: UInt64
    public var event: BridgeEvent
    /// Up to here the journal's history (``EncoderModel/JobChange/place``) had been told when this event came; counts on over restarts.
    public var place: Int64
    public init(number: UInt64, event: BridgeEvent, place: Int64 = 0) {
        self.number = number
        self.place = place
        self.event = event
    }
}
