// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// An order that the encoder took and never answered: it may still answer, and then the answer must not be taken for another
/// job's. There is no way to ask the encoder which order it answers, so this value counts.
///
/// While the question is open, the first answer to a later order may belong to the earlier one. If another answer follows, the
/// first was the late one. If none follows until every encoder has given up waiting for a card, the first was the new one's.
public struct OpenQuestion: Sendable, Hashable {
    /// The job whose order stays unanswered.
    public var job: JobID
    /// By then the encoder has answered, or never will.
    public var until: ContinuousClock.Instant

    public init(job: JobID, until: ContinuousClock.Instant) {
        self.job = job
        self.until = until
    }

    /// What to do with a frame that came after a new order went out.
    public enum Verdict: Sendable, Hashable {
        /// It belongs to the order in hand.
        case ours
        /// It may belong to either: keep it, and wait for another one until ``OpenQuestion/until``.
        case hold
    }

    public func verdict(provesOrder: Bool, now: ContinuousClock.Instant) -> Verdict {
        provesOrder || now >= until ? .ours : .hold
    }
}
