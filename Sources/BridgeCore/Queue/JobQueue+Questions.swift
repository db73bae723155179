// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Logging

/// Orders that stayed unanswered, kept over restarts: an encoder does not know that the bridge was away.
extension JobQueue {
    public func keep(_ questions: [UnansweredJob], of encoder: EncoderName) async {
        do throws(JournalFault) {
            try await journal.setFact(.unanswered(encoder), UnansweredJob.text(questions))
        } catch {
            logger.error("journal: \(error)", metadata: ["encoder": "\(encoder)"])
        }
    }

    /// Tells each session which jobs of an earlier process may still be answered.
    func recoverQuestions() async throws(JournalFault) {
        for (name, desk) in desks {
            guard let session = desk.session, let text = try await journal.fact(.unanswered(name)) else { continue }
            for question in UnansweredJob.all(text) { await session.mayStillAnswer(question.job, until: question.until) }
        }
    }
}
