// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// A PC/SC reader as a port: ``Framing/PcscMessage``s in the bytes of ``Framing/PcscCodec``.
///
/// The calls of PC/SC block, so two threads make them: one waits for cards, one talks to them. The encoder's own thread never waits
/// for pcscd, and a deadline here passes on time whatever pcscd does.
final class PcscPort: Port {
    /// How long pcscd may take to take us in; systemd may have to start it first.
    static let openLimit: Duration = .seconds(10)

    private let inbox: PcscInbox
    private let wait = PcscWait()
    private let questions: AsyncStream<PcscCardThread.Question>.Continuation

    static func open(_ reader: String, on loop: PortLoop) async throws(Fault) -> PcscPort {
        let port = PcscPort(reader, on: loop)
        do throws(Fault) {
            try await port.inbox.untilOpen(by: .now + openLimit)
        } catch {
            port.close()
            throw error
        }
        return port
    }

    private init(_ reader: String, on loop: PortLoop) {
        inbox = PcscInbox(on: loop)
        let (stream, continuation) = AsyncStream.makeStream(of: PcscCardThread.Question.self)
        questions = continuation
        let (inbox, wait) = (inbox, wait)
        let presence = PcscPresenceThread()
        Task { await presence.follow(reader, wait, into: inbox) }
        let card = PcscCardThread(reader)
        Task { await card.answer(stream, into: inbox) }
    }

    deinit { close() }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        var codec = PcscCodec()
        codec.receive(bytes)
        while case .frame(let message)? = codec.next() {
            questions.yield(PcscCardThread.Question(number: inbox.nextQuestion(), message: message))
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent { try await inbox.read(by: deadline) }

    func wake() { inbox.wake() }

    func close() {
        inbox.lose(Fault(.offline, detail: "the reader is closed"))
        wait.stop()
        questions.finish()
    }
}
