// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A key that was cancelled when its encoder had the order already: where a card came of it, somebody must take it back.
extension JobQueue {
    /// How long `status` says so.
    private static var shown: TimeInterval { 3600 }

    /// The remark that a finished job gets; `nil` if nobody wanted it cancelled, or nothing came of it.
    func remark(onLateCancel job: Job, ending event: JobEvent, at now: Date) -> String? {
        guard let whom = lateCancels[job.id] else { return nil }
        let remark: String
        switch event {
        case .completed:
            remark = "It was cancelled (by \(whom)) while the encoder already had the order, and the card was cut all the same: take it back."
        case .failed(let fault) where fault.card != .untouched || job.copiesDone > 0:
            remark = "It was cancelled (by \(whom)) while the encoder already had the order, and a card may carry the key: take it back."
        default: return nil
        }
        cutAfterCancel.removeAll { $0.since.map { $0 < now - Self.shown } ?? true }
        cutAfterCancel.append(
            HealthProblem(.queue, subject: job.encoder.text, since: now, "job \(job.id): \(remark.prefix(1).lowercased())\(remark.dropFirst())"))
        return remark
    }

    /// Cards that are to be taken back.
    func lateCancelProblems(at now: Date) -> [HealthProblem] {
        cutAfterCancel.filter { $0.since.map { $0 >= now - Self.shown } ?? false }
    }
}
