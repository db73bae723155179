// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What became of keys that a hotel system ordered, as far as it is known when its patience ends.
enum KeyOutcome: Sendable, Hashable {
    case made([Receipt])
    case failed(Fault)
    /// Taken out of the queue before anything was sent to an encoder: it had other keys to make.
    case keptWaiting
    /// No card was put on in time; the order was taken back.
    case noCard
    /// Perhaps written: nobody may call it made or not made. The bridge goes on with it and keeps the outcome.
    case inDoubt

    init(_ fault: Fault) {
        switch fault.kind {
        case _ where fault.card != .untouched: self = .inDoubt
        case .cancelled, .expired: self = .keptWaiting
        default: self = .failed(fault)
        }
    }
}
