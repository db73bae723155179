// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports
import Synchronization

/// One encoder's end of a link that several share: the records of the link, each as a frame of its own, without check bytes.
///
/// It is open while the link lives. LS is answered here, with what the lock server declared and LA: it asks whether the link lives, and
/// that is the owner's to know.
final class SharedPort: Port {
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
    private let link: SharedLink
    /// Far more than an encoder ever leaves unread: nothing is kept for one that reads no more.
    private static let capacity = 65_536

    init(on loop: PortLoop, link: SharedLink) {
        arrival = Watch(on: loop)
        self.link = link
    }

    deinit { close() }

    // MARK: From the link

    func opened() {
        state.withLock { state in
            if case .opening = state.phase { state.phase = .open }
        }
        arrival.interrupt()
    }

    func put(_ records: [FiasRecord]) {
        let bytes = records.flatMap { FiasCodec(check: false).encode(.record($0)) }
        state.withLock { state in
            if case .open = state.phase, state.bytes.count + bytes.count <= Self.capacity { state.bytes += bytes }
        }
        arrival.interrupt()
    }

    /// The link does not live any more. An encoder that still waits for it goes on waiting.
    func lose(_ fault: Fault) {
        state.withLock { state in
            if case .open = state.phase { state.phase = .lost(fault) }
        }
        arrival.interrupt()
    }

    // MARK: From the encoder

    func untilOpen(by deadline: ContinuousClock.Instant) async throws(Fault) {
        while true {
            switch state.withLock({ $0.phase }) {
            case .open: return
            case .lost(let fault): throw fault
            case .opening: break
            }
            if case .deadline = await arrival.wait(by: deadline) { throw link.whyDown }
        }
    }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        if case .lost(let fault) = state.withLock({ $0.phase }) { throw fault }
        var codec = FiasCodec(check: false)
        codec.receive(bytes)
        while let found = codec.next() {
            guard case .frame(.record(let record)) = found else { continue }
            if record.kind == "LS" { put(try link.answerToLS()) } else { try link.send(record) }
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

    func wake() {
        state.withLock { $0.isWoken = true }
        arrival.interrupt()
    }

    func close() {
        state.withLock { $0.phase = .lost(Fault(.offline, detail: "the port is closed")) }
        arrival.interrupt()
        link.leave(self)
    }

    /// What there is without waiting. Records that came before the link was lost are still given.
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
