// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Synchronization
import TestKit
import Transcripts

@testable import Simulators

/// One simulated encoder as the bus shows it, without a terminal in between: bytes and time go straight into its machine.
final class MachinePorts: PortSystem {
    private struct State {
        var machine: any DeviceMachine
        var port: MachinePort?
        var isPlugged = true
        var plugs = 0
        var alarm: Task<Void, Never>?
    }

    private let state: Mutex<State>
    private let stream = AsyncStream<BusEvent>.makeStream()
    private let time: VirtualTime
    private let kind: PortKind

    init(_ machine: any DeviceMachine, kind: PortKind, time: VirtualTime) {
        state = Mutex(State(machine: machine))
        self.kind = kind
        self.time = time
    }

    private func detected(_ plug: Int) -> DetectedPort {
        DetectedPort(incarnation: .init("\(plug)"), kind: kind, address: "/dev/ttySIM0")
    }

    func plug() {
        let plug = state.withLock { state in
            state.isPlugged = true
            state.plugs += 1
            return state.plugs
        }
        time.touch()
        stream.continuation.yield(.arrived(detected(plug)))
    }

    private func pull(for absence: Duration) {
        let (plug, port, alarm) = state.withLock { state in
            state.machine.loseLine()
            state.isPlugged = false
            defer { (state.port, state.alarm) = (nil, nil) }
            return (state.plugs, state.port, state.alarm)
        }
        alarm?.cancel()
        port?.hangUp()
        stream.continuation.yield(.left(detected(plug)))
        Task { [time] in
            try? await time.keeper.sleep(absence)
            self.plug()
        }
    }

    /// The encoder is taken away for good.
    func end() {
        let (port, alarm) = state.withLock { state in
            state.isPlugged = false
            return (state.port, state.alarm)
        }
        alarm?.cancel()
        port?.hangUp()
        stream.continuation.finish()
    }

    func makeExecutor(name: String) -> any SerialExecutor { QueueExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { stream.stream }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
        let opened = MachinePort(self, baud: line.baud, time: time)
        let isThere = state.withLock { state in
            if state.isPlugged { state.port = opened }
            return state.isPlugged
        }
        guard isThere else { throw Fault(.offline, detail: "open: ENOENT") }
        arm()
        return opened
    }

    /// The bridge has written.
    func receive(_ bytes: [UInt8], at baud: Int) {
        act(
            state.withLock { state in
                state.machine.lineRuns(at: baud)
                return state.machine.receive(bytes, at: time.uptime)
            })
    }

    private func act(_ actions: [DeviceAction]) {
        time.touch()
        for action in actions {
            switch action {
            case .send(let bytes): state.withLock(\.port)?.says(bytes)
            case .report: break
            case .unplug(let absence): return pull(for: absence)
            }
        }
        arm()
    }

    /// Wakes up when the machine has something to do by itself.
    private func arm() {
        state.withLock { state in
            state.alarm?.cancel()
            state.alarm = state.machine.nextDeadline.map { due in
                Task { [time] in
                    do { try await time.keeper.sleep(max(.zero, due - time.uptime)) } catch { return }
                    self.act(self.state.withLock { $0.machine.advance(to: time.uptime) })
                }
            }
        }
    }
}

/// The bridge's end of the cable.
final class MachinePort: Ports.Port {
    private struct State {
        var incoming: [UInt8] = []
        var isWoken = false
        var isClosed = false
        var baud: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let device: MachinePorts
    private let time: VirtualTime

    init(_ device: MachinePorts, baud: Int, time: VirtualTime) {
        state = Mutex(State(baud: baud))
        self.device = device
        self.time = time
    }

    func says(_ bytes: [UInt8]) { signal { $0.incoming += bytes } }
    func hangUp() { signal { $0.isClosed = true } }
    func wake() { signal { $0.isWoken = true } }
    func close() { signal { $0.isClosed = true } }
    func change(_ line: LineSettings) async throws(Fault) { state.withLock { $0.baud = line.baud } }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        let (isClosed, baud) = state.withLock { ($0.isClosed, $0.baud) }
        if isClosed { throw Fault(.offline, detail: "write: EIO") }
        device.receive(bytes, at: baud)
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        while true {
            let ready: PortEvent? = try take()
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
                    if !state.incoming.isEmpty || state.isWoken || state.isClosed { return true }
                    if let deadline, deadline <= time.keeper.moment { return true }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
            timer?.cancel()
        }
    }

    private func take() throws(Fault) -> PortEvent? {
        let (event, isGone) = state.withLock { state -> (PortEvent?, Bool) in
            if !state.incoming.isEmpty {
                defer { state.incoming = [] }
                return (.bytes(state.incoming), false)
            }
            if state.isClosed { return (nil, true) }
            defer { state.isWoken = false }
            return (state.isWoken ? .woken : nil, false)
        }
        if isGone { throw Fault(.offline, detail: "read: EIO") }
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
