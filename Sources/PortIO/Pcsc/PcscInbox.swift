// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports
import Synchronization

/// What the threads of a reader have to say to the encoder that reads its port.
final class PcscInbox: Sendable {
    private enum Phase {
        case opening
        case open
        case lost(Fault)
    }

    private struct State {
        var phase = Phase.opening
        var bytes: [UInt8] = []
        var isWoken = false
        var questions = 0
    }

    private let state = Mutex(State())
    private let arrival: Watch
    /// Far more than an encoder ever leaves unread: nothing is kept for one that reads no more.
    private static let capacity = 65_536

    init(on loop: PortLoop) { arrival = Watch(on: loop) }

    // MARK: From the reader's threads

    func opened() {
        state.withLock { state in
            if case .opening = state.phase { state.phase = .open }
        }
        arrival.interrupt()
    }

    func put(_ message: PcscMessage) {
        state.withLock { Self.append(message, to: &$0) }
        arrival.interrupt()
    }

    /// An answer that comes after the next question was asked belongs to nobody any more.
    func put(_ message: PcscMessage, to question: Int) {
        state.withLock { if $0.questions == question { Self.append(message, to: &$0) } }
        arrival.interrupt()
    }

    /// The first reason counts.
    func lose(_ fault: Fault) {
        state.withLock { state in
            if case .lost = state.phase { return }
            state.phase = .lost(fault)
        }
        arrival.interrupt()
    }

    private static func append(_ message: PcscMessage, to state: inout State) {
        let bytes = PcscCodec().encode(message)
        if state.bytes.count + bytes.count <= capacity { state.bytes += bytes }
    }

    // MARK: From the encoder

    func nextQuestion() -> Int {
        state.withLock { state in
            state.questions += 1
            return state.questions
        }
    }

    func wake() {
        state.withLock { $0.isWoken = true }
        arrival.interrupt()
    }

    /// Waits until the reader is open.
    func untilOpen(by deadline: ContinuousClock.Instant) async throws(Fault) {
        while true {
            switch state.withLock({ $0.phase }) {
            case .open: return
            case .lost(let fault): throw fault
            case .opening: break
            }
            if case .deadline = await arrival.wait(by: deadline) {
                throw Fault(.timeout, detail: "pcscd does not answer: sudo systemctl restart pcscd")
            }
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        while true {
            if let event = try take() { return event }
            switch await arrival.wait(by: deadline) {
            case .deadline: return try take() ?? .deadline
            // Something came, or an interruption was left from something that has been taken already.
            case .ready, .interrupted, .closed: continue
            }
        }
    }

    /// What there is without waiting. Bytes that came before the reader was lost are still given.
    private func take() throws(Fault) -> PortEvent? {
        let taken = state.withLock { state -> Result<PortEvent?, Fault> in
            if state.isWoken {
                state.isWoken = false
                return .success(.woken)
            }
            if !state.bytes.isEmpty {
                defer { state.bytes = [] }
                return .success(.bytes(state.bytes))
            }
            if case .lost(let fault) = state.phase { return .failure(fault) }
            return .success(nil)
        }
        return try taken.get()
    }
}
