// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports
import Synchronization

/// What the threads of a reader have to say to the encoder that reads its port, as messages of ``Framing/PcscCodec``.
final class PcscInbox: Sendable {
    private let inbox: PortInbox
    private let questions = Mutex(0)

    init(on loop: PortLoop) { inbox = PortInbox(on: loop) }

    // MARK: From the reader's threads

    func opened() { inbox.opened() }

    func put(_ message: PcscMessage) { inbox.put(PcscCodec().encode(message)) }

    /// An answer that comes after the next question was asked belongs to nobody any more.
    func put(_ message: PcscMessage, to question: Int) { questions.withLock { if $0 == question { put(message) } } }

    func lose(_ fault: Fault) { inbox.lose(fault) }

    // MARK: From the encoder

    func nextQuestion() -> Int {
        questions.withLock { number in
            number += 1
            return number
        }
    }

    func wake() { inbox.wake() }

    /// Waits until the reader is open.
    func untilOpen(by deadline: ContinuousClock.Instant) async throws(Fault) {
        guard try await inbox.untilOpen(by: deadline) else {
            throw Fault(.timeout, detail: "pcscd does not answer: sudo systemctl restart pcscd")
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent { try await inbox.read(by: deadline) }
}
