// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What the clerk reads in the PMS when a job has ended: short, plain, what to do next, no guest data, no secrets.
public enum ReportText {
    public static func outcome(of job: Job) -> String {
        var sentences: [String] = []
        if let fault = job.fault {
            sentences.append(fault.advice)
            if job.copiesDone > 0, job.order.copies > 1 {
                sentences.append("\(count(job.copiesDone)) of \(job.order.copies) \(job.copiesDone == 1 ? "was" : "were") finished before.")
            }
            sentences += job.remarks
            let code = fault.detail.map { " \($0)" } ?? ""
            sentences.append("[\(job.encoder): \(fault.kind.code)\(code)]")
        } else {
            sentences.append("\(count(job.copiesDone)) cut on \(job.encoder).")
            sentences += job.remarks
        }
        return sentences.joined(separator: " ")
    }

    private static func count(_ keys: Int) -> String { keys == 1 ? "1 key" : "\(keys) keys" }
}
