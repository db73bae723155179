// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Synchronization
import TestKit

@testable import Simulators

/// One simulated encoder as the bus shows it, without a terminal in between: bytes and time go straight into its machine.
final class MachinePorts: PortSystem {
    private struct State {
        var machine: any DeviceMachine
        var port: MachinePort?
        var isPlugged = true
        var plugs = 0
        var alarm: Task<Void, Never>?
        var cards: Set<Int> = []
        /// What the device has said and the line has not brought yet.
        var underWay: [(due: Duration, bytes: [UInt8])] = []

        var nextDeadline: Duration? { [underWay.first?.due, machine.nextDeadline].compactMap(\.self).min() }
    }

    private let state: Mutex<State>
    private let stream = AsyncStream<BusEvent>.makeStream()
    private let time: VirtualTime
    private let kind: PortKind
    private let latency: Duration

    /// - Parameter latency: how long the line takes to bring what the device says. Where both ends say again and again what the other refuses,
    ///   no time would pass without it.
    init(_ machine: any DeviceMachine, kind: PortKind, latency: Duration, time: VirtualTime) {
        state = Mutex(State(machine: machine))
        self.latency = latency
        self.kind = kind
        self.time = time
    }

    /// How many cards the encoder has made.
    var cardsMade: Int { state.withLock(\.cards.count) }

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
            state.underWay = []
            defer { (state.port, state.alarm) = (nil, nil) }
            return (state.plugs, state.port, state.alarm)
        }
        alarm?.cancel()
        port?.hangUp()
        Task { [time] in
            // Whoever reads notices first, and always: two that run beside each other would make it a matter of luck what is said.
            try? await time.keeper.sleep(.milliseconds(50))
            self.stream.continuation.yield(.left(self.detected(plug)))
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

    func makeExecutor(name: String) -> any SerialExecutor { WatchedExecutor(name: name, time: time) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { stream.stream }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
        let opened = MachinePort(baud: line.baud, time: time) { self.receive($0, at: $1) }
        let isThere = state.withLock { state in
            if state.isPlugged { state.port = opened }
            return state.isPlugged
        }
        guard isThere else { throw Fault(.offline, detail: "open: ENOENT") }
        arm()
        return opened
    }

    /// The bridge has written.
    private func receive(_ bytes: [UInt8], at baud: Int) {
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
            case .send(let bytes):
                if latency == .zero {
                    state.withLock(\.port)?.says(bytes)
                } else {
                    state.withLock { $0.underWay.append((time.uptime + latency, bytes)) }
                }
            case .report(let event): if case .cardCut(let card) = event { state.withLock { _ = $0.cards.insert(card.number) } }
            case .unplug(let absence): return pull(for: absence)
            }
        }
        arm()
    }

    /// Wakes up when the machine has something to do by itself.
    private func arm() {
        state.withLock { state in
            state.alarm?.cancel()
            state.alarm = state.nextDeadline.map { due in
                Task { [time] in
                    do { try await time.keeper.sleep(max(.zero, due - time.uptime)) } catch { return }
                    self.deliver()
                    self.act(self.state.withLock { $0.machine.advance(to: time.uptime) })
                }
            }
        }
    }

    private func deliver() {
        let (port, due) = state.withLock { state in
            let due = state.underWay.filter { $0.due <= time.uptime }.map(\.bytes)
            state.underWay.removeFirst(due.count)
            return (state.port, due)
        }
        for bytes in due { port?.says(bytes) }
    }
}
