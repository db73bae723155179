// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Logging

/// Orders that stayed unanswered, kept over restarts: an encoder does not know that the bridge was away.
extension JobQueue {
    public func keep(_ questions: [UnansweredJob], of encoder: EncoderName) async {
        await keep(.unanswered(encoder), UnansweredJob.text(questions))
    }

    /// The session that serves an encoder from now on, told which orders an earlier session or process left unanswered. Once for each
    /// session, before it runs.
    public func attach(_ session: any SessionControl) async {
        desks[session.name]?.session = session
        do throws(JournalFault) {
            try await recoverQuestions(of: session.name)
        } catch {
            logger.error("journal: \(error)", metadata: ["encoder": "\(session.name)"])
        }
    }

    /// Tells each session which jobs of an earlier process may still be answered.
    func recoverQuestions() async throws(JournalFault) {
        for name in desks.keys.sorted() { try await recoverQuestions(of: name) }
    }

    private func recoverQuestions(of name: EncoderName) async throws(JournalFault) {
        guard let session = desks[name]?.session else { return }
        // What waits for the journal is newer than what it has.
        var text = unkept.facts[.unanswered(name)]
        if text == nil { text = try await journal.fact(.unanswered(name)) }
        for question in UnansweredJob.all(text ?? "") { await session.mayStillAnswer(question.job, until: question.until) }
    }
}
