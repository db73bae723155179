// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Ports
import Synchronization

/// What others have to say to the encoder that reads a port which is no descriptor: threads of a PC/SC reader, the owner of a shared link.
/// Put in from any thread, read on the port's loop.
final class PortInbox: Sendable {
    private enum Phase {
        case opening
        case open
        case lost(Fault)
    }

    private struct State {
        var phase = Phase.opening
        var bytes: [UInt8] = []
        var isWoken = false
    }

    private let state = Mutex(State())
    private let arrival: Watch
    /// Far more than an encoder ever leaves unread: nothing is kept for one that reads no more.
    private static let capacity = 65_536

    init(on loop: PortLoop) { arrival = Watch(on: loop) }

    // MARK: From outside

    func opened() {
        change { state in
            if case .opening = state.phase { state.phase = .open }
        }
    }

    func put(_ bytes: [UInt8]) {
        change { state in
            if state.bytes.count + bytes.count <= Self.capacity { state.bytes += bytes }
        }
    }

    /// The first reason counts.
    func lose(_ fault: Fault) {
        change { state in
            if case .lost = state.phase { return }
            state.phase = .lost(fault)
        }
    }

    var isOpen: Bool { if case .open = state.withLock({ $0.phase }) { true } else { false } }

    /// Why it is lost; `nil` while it is not.
    var loss: Fault? { if case .lost(let fault) = state.withLock({ $0.phase }) { fault } else { nil } }

    func wake() { change { $0.isWoken = true } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        arrival.interrupt()
    }

    // MARK: From the encoder

    /// Waits until it is open; `false` when the time is over first.
    func untilOpen(by deadline: ContinuousClock.Instant) async throws(Fault) -> Bool {
        while true {
            switch state.withLock({ $0.phase }) {
            case .open: return true
            case .lost(let fault): throw fault
            case .opening: break
            }
            if case .deadline = await arrival.wait(by: deadline) { return false }
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

    /// What there is without waiting. Bytes that came before the port was lost are still given.
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
