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
    /// Cards to be taken back, outcomes that wait for the journal.
    public func healthProblems() async -> [HealthProblem] {
        var problems = lateCancelProblems()
        if !unkept.isEmpty {
            problems.append(
                HealthProblem(
                    .queue, subject: "unkept",
                    "\(unkept.count) steps of jobs could not be kept yet; do not stop the bridge before the journal can be written: \(unkept.fault)"
                ))
        }
        return problems
    }
}
