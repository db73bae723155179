// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Ports
import Synchronization
import TestKit

/// The bridge's end of the cable.
final class MachinePort: Ports.Port {
    private struct State {
        var incoming: [UInt8] = []
        var isWoken = false
        var loss: Fault?
        var baud: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let time: VirtualTime
    private let take: @Sendable (_ bytes: [UInt8], _ baud: Int) -> Void

    /// - Parameter take: what the bridge writes.
    init(baud: Int, time: VirtualTime, take: @escaping @Sendable (_ bytes: [UInt8], _ baud: Int) -> Void) {
        state = Mutex(State(baud: baud))
        self.time = time
        self.take = take
    }

    func says(_ bytes: [UInt8]) { signal { $0.incoming += bytes } }
    func hangUp(_ fault: Fault = Fault(.offline, detail: "read: EIO")) { signal { $0.loss = $0.loss ?? fault } }
    func wake() { signal { $0.isWoken = true } }
    func close() { hangUp() }
    func change(_ line: LineSettings) async throws(Fault) { state.withLock { $0.baud = line.baud } }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        let (isLost, baud) = state.withLock { ($0.loss != nil, $0.baud) }
        if isLost { throw Fault(.offline, detail: "write: EIO") }
        take(bytes, baud)
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        while true {
            let ready: PortEvent? = try next()
            if let ready { return ready }
            if let deadline, deadline <= time.keeper.moment { return .deadline }
            let timer = deadline.map { end in
                Task { [time] in
                    try? await time.keeper.sleep(end - time.keeper.moment)
                    self.signal { _ in }
                }
            }
            time.touch()
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state -> Bool in
                    if !state.incoming.isEmpty || state.isWoken || state.loss != nil { return true }
                    if let deadline, deadline <= time.keeper.moment { return true }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
            timer?.cancel()
        }
    }

    private func next() throws(Fault) -> PortEvent? {
        let (event, loss) = state.withLock { state -> (PortEvent?, Fault?) in
            if !state.incoming.isEmpty {
                defer { state.incoming = [] }
                return (.bytes(state.incoming), nil)
            }
            if let loss = state.loss { return (nil, loss) }
            defer { state.isWoken = false }
            return (state.isWoken ? .woken : nil, nil)
        }
        if let loss { throw loss }
        return event
    }

    private func signal(_ change: (inout State) -> Void) {
        time.touch()
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
