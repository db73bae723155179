// SPDX-License-Identifier: Apache-2.0

/// Prompts and reports.
extension Words {
    /// What a person must do now. The copy counts from 1.
    public func prompt(copy: Int, of copies: Int, on encoder: EncoderName, gesture: CardGesture) -> String {
        let key: WordKey =
            switch (gesture, copies > 1) {
            case (.put, false): .promptPut
            case (.put, true): .promptPutOf
            case (.swipe, false): .promptSwipe
            case (.swipe, true): .promptSwipeOf
            }
        return self(key, ["copy": "\(copy)", "copies": "\(copies)", "encoder": encoder.text])
    }

    /// The same card once more, to be read back.
    public func promptAgain(copy: Int, on encoder: EncoderName, gesture: CardGesture) -> String {
        self(gesture == .put ? .promptPutAgain : .promptSwipeAgain, ["copy": "\(copy)", "encoder": encoder.text])
    }

    /// What the clerk reads in the PMS when a job has ended: short, plain, what to do next, no guest data, no secrets.
    public func outcome(of job: Job) -> String {
        guard let fault = job.fault else {
            let count = job.copiesDone
            let done = self(count == 1 ? .reportOne : .reportMany, ["count": "\(count)", "encoder": job.encoder.text])
            return ([done] + job.remarks).joined(separator: " ")
        }
        var sentences = [fault.advice]
        if job.copiesDone > 0, job.order.copies > 1 {
            sentences.append(self(.reportPartly, ["count": "\(job.copiesDone)", "copies": "\(job.order.copies)"]))
        }
        sentences += job.remarks
        sentences.append("[\(job.encoder): \(fault.kind.code)\(fault.detail.map { " \($0)" } ?? "")]")
        return sentences.joined(separator: " ")
    }
}
