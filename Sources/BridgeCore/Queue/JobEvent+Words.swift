// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension JobEvent {
    /// The same event in the hotel's words: every prompt names its card, every fault the room and the deed. Sessions say what is to be
    /// done, here it is said how it reads, so that no way to an encoder has words of its own.
    func worded(for job: Job, _ words: Words, _ gesture: CardGesture) -> JobEvent {
        func prompt(_ copy: Int) -> String { words.prompt(copy: copy, of: job.order.copies, on: job.encoder, gesture: gesture) }
        return switch self {
        case .waitingForCard(let copy, _): .waitingForCard(copy: copy, prompt: prompt(copy))
        // Some encoders are given the order before the card: the prompt goes with the first byte.
        case .writing(.some): .writing(prompt: prompt(min(job.copiesDone + 1, job.order.copies)))
        case .verifying(let copy, .some):
            .verifying(copy: copy, prompt: words.promptAgain(copy: copy, on: job.encoder, gesture: gesture))
        case .failed(let fault): .failed(fault.worded(words, gesture: gesture, rooms: job.order.lockIds))
        default: self
        }
    }
}
