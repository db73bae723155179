// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Synchronization
import Transcripts

/// A port whose other end is a closure: bytes written go to it, what it gives back can be read.
final class FakePort: Ports.Port {
    typealias Device = @Sendable (_ written: [UInt8], _ port: FakePort) async -> Void

    private struct State {
        var incoming: [UInt8] = []
        var woken = false
        var closed = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    private let device: Device
    private let time: Timekeeper

    init(time: Timekeeper = .system, device: @escaping Device) {
        self.time = time
        self.device = device
    }

    /// The encoder says something.
    func says(_ bytes: [UInt8]) { signal { $0.incoming += bytes } }
    /// The cable is pulled.
    func hangUp() { signal { $0.closed = true } }
    func wake() { signal { $0.woken = true } }
    func close() { signal { $0.closed = true } }
    var isClosed: Bool { state.withLock { $0.closed } }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        if isClosed { throw Fault(.offline, detail: "write: EIO") }
        await device(bytes, self)
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        while true {
            let ready: PortEvent? = try take()
            if let ready { return ready }
            if let deadline, deadline <= time.moment { return .deadline }
            let timer = deadline.map { end in
                Task { [time] in
                    try? await time.sleep(end - time.moment)
                    self.signal { _ in }
                }
            }
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if !state.incoming.isEmpty || state.woken || state.closed { return true }
                    state.waiter = continuation
                    return false
                }
                if now { continuation.resume() }
            }
            timer?.cancel()
        }
    }

    private func take() throws(Fault) -> PortEvent? {
        let (event, gone) = state.withLock { state -> (PortEvent?, Bool) in
            if !state.incoming.isEmpty {
                defer { state.incoming = [] }
                return (.bytes(state.incoming), false)
            }
            if state.closed { return (nil, true) }
            if state.woken {
                state.woken = false
                return (.woken, false)
            }
            return (nil, false)
        }
        if gone { throw Fault(.offline, detail: "read: EIO") }
        return event
    }

    private func signal(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}

/// Ports that a test makes appear and vanish.
final class FakePorts: PortSystem {
    private let device: FakePort.Device
    private let opened = Mutex<[FakePort]>([])
    private let refusal = Mutex<Fault?>(nil)
    private let stream = AsyncStream<BusEvent>.makeStream()

    private let time: Timekeeper

    init(time: Timekeeper = .system, device: @escaping FakePort.Device) {
        self.time = time
        self.device = device
    }

    var last: FakePort? { opened.withLock { $0.last } }
    var openings: Int { opened.withLock { $0.count } }
    func refuse(_ fault: Fault?) { refusal.withLock { $0 = fault } }
    func plug(_ port: DetectedPort) { stream.continuation.yield(.arrived(port)) }
    func pull(_ port: DetectedPort) {
        last?.hangUp()
        stream.continuation.yield(.left(port))
    }

    func makeExecutor(name: String) -> any SerialExecutor { QueueExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { stream.stream }
    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
        if let fault = refusal.withLock({ $0 }) { throw fault }
        let port = FakePort(time: time, device: device)
        opened.withLock { $0.append(port) }
        return port
    }
}
