// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import PortIO
import Ports
import Synchronization

/// The machine's ports, with a count of the bytes that go over them.
final class CountingPorts: PortSystem {
    private let ports = LinuxPorts()
    private let count = Atomic<Int>(0)

    /// Written and read so far.
    var bytes: Int { count.load(ordering: .relaxed) }

    func makeExecutor(name: String) -> any SerialExecutor { ports.makeExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { ports.events(fixed: fixed) }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Port {
        CountingPort(port: try await ports.open(port, line: line, on: executor), owner: self)
    }

    fileprivate func add(_ bytes: Int) { count.add(bytes, ordering: .relaxed) }
}

private struct CountingPort: Port {
    let port: any Port
    let owner: CountingPorts

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        owner.add(bytes.count)
        try await port.write(bytes, by: deadline)
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        let event = try await port.read(by: deadline)
        if case .bytes(let bytes) = event { owner.add(bytes.count) }
        return event
    }

    func wake() { port.wake() }
    func close() { port.close() }
}
