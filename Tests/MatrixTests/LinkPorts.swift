// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import LockServerLink
import Synchronization
import TestKit
import Transcripts

@testable import PortIO

/// An encoder behind a lock server: the link itself is the daemon's wire, in virtual time; what the daemon's shared port does on top of it
/// (LS is answered here, records go as they were declared) is done here without a thread.
final class LinkPorts: MatrixPorts {
    private struct State {
        var port: MachinePort?
        var declarations: [FiasRecord]?
        var whyDown = Fault(.offline, detail: "the lock server has not answered yet (no LA)")
        var waiting: [CheckedContinuation<Void, Never>] = []
        var work: Task<Void, Never>?
        var wire: FiasWire?
    }

    private let server: MachinePorts
    private let time: VirtualTime
    private let state = Mutex(State())
    private let stream = AsyncStream<BusEvent>.makeStream()

    init(_ server: MachinePorts, time: VirtualTime) {
        (self.server, self.time) = (server, time)
    }

    func plug() {
        server.plug()
        stream.continuation.yield(.arrived(DetectedPort(incarnation: .init("1"), kind: .tcp, address: "/dev/ttySIM0")))
    }

    func end() {
        server.end()
        state.withLock { $0.work?.cancel() }
        stream.continuation.finish()
    }

    func makeExecutor(name: String) -> any SerialExecutor { QueueExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { stream.stream }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any DriverKit.Port {
        begin(line)
        // The daemon gives a link eight seconds to live before it says why it does not.
        let limit = time.uptime + .seconds(8)
        while state.withLock({ $0.declarations == nil }) {
            guard time.uptime < limit else { throw state.withLock { $0.whyDown } }
            do { try await time.keeper.sleep(.milliseconds(250)) } catch { throw Fault(.offline, detail: "stopped") }
        }
        let opened = MachinePort(baud: line.baud, time: time) { [weak self] bytes, _ in self?.write(bytes) }
        state.withLock { $0.port = opened }
        return opened
    }

    private func begin(_ line: LineSettings) {
        let (server, time) = (server, time)
        let isFirst = state.withLock { $0.wire == nil }
        guard isFirst else { return }
        let wire = FiasWire(
            .pms, security: FiasLineOptions().security(on: .tcp),
            way: .opens { () async throws(Fault) in
                try await server.open(
                    DetectedPort(incarnation: .init("1"), kind: .tcp, address: "/dev/ttySIM0"), line: line, on: QueueExecutor(name: "wire"))
            }, on: QueueExecutor(name: "wire"), time: time.keeper
        ) { [weak self] news in self?.hear(news) }
        state.withLock { state in
            state.wire = wire
            state.work = Task { await wire.run() }
        }
    }

    private func hear(_ news: FiasWire.News) {
        time.touch()
        switch news {
        case .lives(let declarations): state.withLock { $0.declarations = declarations }
        case .record(let record): state.withLock(\.port)?.says(FiasCodec(check: false).encode(.record(record)))
        case .down(let fault):
            let port = state.withLock { state in
                (state.declarations, state.whyDown) = (nil, fault)
                defer { state.port = nil }
                return state.port
            }
            port?.hangUp()
        }
    }

    private func write(_ bytes: [UInt8]) {
        var codec = FiasCodec(check: false)
        codec.receive(bytes)
        let (declarations, wire, port) = state.withLock { ($0.declarations, $0.wire, $0.port) }
        guard let declarations else { return }
        while let found = codec.next() {
            guard case .frame(.record(let record)) = found else { continue }
            if record.kind == "LS" {
                for answer in declarations + [FiasRecord("LA")] { port?.says(FiasCodec(check: false).encode(.record(answer))) }
            } else {
                wire?.send(SharedLink.asDeclared(record, declarations))
            }
        }
    }
}
