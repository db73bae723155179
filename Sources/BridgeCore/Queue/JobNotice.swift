// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Something about a job that a person must do, though the job itself has ended well.
public struct JobNotice: Sendable, Codable, Hashable {
    public var job: JobID
    public var encoder: EncoderName
    public var at: Date
    /// One sentence for the clerk.
    public var advice: String

    public init(job: JobID, encoder: EncoderName, at: Date, advice: String) {
        self.job = job
        self.encoder = encoder
        self.at = at
        self.advice = advice
    }
}

extension JobQueue: HealthReporting {
    /// How long a card that should be taken back stays in `status`.
    private static let noticeAge: TimeInterval = 3600
    private static let mostNotices = 20

    /// What the clerk must do when a card was cut for an order that had been cancelled by then.
    static func takeBack(_ whom: String) -> String {
        "The order was cancelled (by \(whom)) while the encoder waited for its card, and the card was cut all the same: take it back."
    }

    func tellTakeBack(_ job: Job, _ whom: String) async {
        let notice = JobNotice(job: job.id, encoder: job.encoder, at: time.now(), advice: Self.takeBack(whom))
        notices.append(notice)
        if notices.count > Self.mostNotices { notices.removeFirst() }
        await events.publish(.notice(notice))
    }

    /// Cards to be taken back, outcomes that wait for the journal.
    public func healthProblems() async -> [HealthProblem] {
        let now = time.now()
        var problems = notices.filter { abs(now.timeIntervalSince($0.at)) < Self.noticeAge }.map { notice in
            HealthProblem(.queue, subject: "\(notice.encoder) \(notice.job)", since: notice.at, notice.advice)
        }
        if !unkept.isEmpty {
            problems.append(
                HealthProblem(
                    .queue, subject: "unkept",
                    "\(unkept.steps.count) steps of jobs could not be kept yet; do not stop the bridge before the journal can be written: \(unkept.fault)"))
        }
        return problems
    }
}
