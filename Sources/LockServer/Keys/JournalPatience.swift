// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What the journal answers within a limit: hotel systems wait for what stands in it, and a disk that says nothing is a fault to them. What
/// was asked goes on.
func askJournal<Answer: Sendable>(
    within limit: Duration, _ question: @escaping @Sendable () async throws(JournalFault) -> Answer
) async throws(JournalFault) -> Answer {
    let answer: Result<Answer, JournalFault>? = await waiting(
        for: {
            do throws(JournalFault) { return .success(try await question()) } catch { return .failure(error) }
        }, unless: { try await Task.sleep(for: limit) })
    guard let answer else { throw JournalFault("The journal's disk does not answer: see 'encoder-bridge status'.", .disk) }
    return try answer.get()
}
