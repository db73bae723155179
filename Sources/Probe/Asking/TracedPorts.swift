// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

/// What goes over a port, kept or shown while it goes.
final class PortTrace: Sendable {
    enum Way: String, Sendable { case sent, received }

    private let heard = Mutex<[UInt8]>([])
    private let look: @Sendable (Way, [UInt8]) -> Void
    /// Enough to recognise whose frames they are.
    private static let longest = 4096

    /// - Parameter look: is told of each piece as it goes.
    init(_ look: @escaping @Sendable (Way, [UInt8]) -> Void = { _, _ in }) { self.look = look }

    /// What came from the encoder so far, up to a few kilobytes.
    var received: [UInt8] { heard.withLock { $0 } }

    func note(_ way: Way, _ bytes: [UInt8]) {
        if way == .received { heard.withLock { $0 += bytes.prefix(max(0, Self.longest - $0.count)) } }
        look(way, bytes)
    }
}

/// The ports of the machine with a trace on those that are opened.
struct TracedPorts: PortSystem {
    let base: any PortSystem
    let trace: PortTrace

    func makeExecutor(name: String) -> any SerialExecutor { base.makeExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { base.events(fixed: fixed) }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Port {
        TracedPort(base: try await base.open(port, line: line, on: executor), trace: trace)
    }
}

/// A port that tells what goes through it.
private struct TracedPort: Port {
    let base: any Port
    let trace: PortTrace

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        trace.note(.sent, bytes)
        try await base.write(bytes, by: deadline)
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        let event = try await base.read(by: deadline)
        if case .bytes(let bytes) = event { trace.note(.received, bytes) }
        return event
    }

    func wake() { base.wake() }
    func change(_ line: LineSettings) async throws(Fault) { try await base.change(line) }
    func close() { base.close() }
}
