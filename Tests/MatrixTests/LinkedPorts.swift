// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import LockServerLink
import Ports
import Synchronization
import TestKit

/// A lock server behind a cable, as its encoder sees it: the bridge's own wire keeps the link, and the encoder gets the link's records. What
/// is left out is that several encoders may share it.
final class LinkedPorts: PortSystem {
    private struct State {
        /// What the lock server declared, while the link lives.
        var declarations: [FiasRecord]?
        var whyDown = Fault(.offline, detail: "the lock server has not answered yet (no LA)")
        var port: MachinePort?
        var wire: FiasWire?
        var work: Task<Void, Never>?
    }

    /// As long as the daemon waits for a link to live.
    private static let patience = Duration.seconds(8)

    private let cable: MachinePorts
    private let time: VirtualTime
    private let state = Mutex(State())

    init(_ cable: MachinePorts, time: VirtualTime) {
        self.cable = cable
        self.time = time
    }

    func makeExecutor(name: String) -> any SerialExecutor { cable.makeExecutor(name: name) }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { cable.events(fixed: fixed) }

    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
        keepLink(over: port, line)
        let end = time.uptime + Self.patience
        while state.withLock({ $0.declarations == nil }) {
            guard time.uptime < end else { throw state.withLock(\.whyDown) }
            try? await time.keeper.sleep(.milliseconds(500))
        }
        let opened = MachinePort(baud: line.baud, time: time) { bytes, _ in self.send(bytes) }
        state.withLock { $0.port = opened }
        return opened
    }

    func end() {
        let work = state.withLock { $0.work }
        work?.cancel()
        cable.end()
    }

    private func keepLink(over port: DetectedPort, _ line: LineSettings) {
        let (cable, executor) = (cable, makeExecutor(name: "fias"))
        state.withLock { state in
            guard state.work == nil else { return }
            let open: @Sendable () async throws(Fault) -> any Ports.Port = { () async throws(Fault) in
                try await cable.open(port, line: line, on: executor)
            }
            let wire = FiasWire(
                .pms, security: (line.fias ?? FiasLineOptions()).security(on: port.kind), way: .opens(open), on: executor,
                time: time.keeper, zone: { .gmt }
            ) { [weak self] news in self?.hear(news) }
            state.wire = wire
            state.work = Task { await wire.run() }
        }
    }

    private func send(_ bytes: [UInt8]) {
        var codec = FiasCodec(check: false)
        codec.receive(bytes)
        while let found = codec.next() {
            guard case .frame(.record(let record)) = found else { continue }
            let (wire, declarations, port) = state.withLock { ($0.wire, $0.declarations, $0.port) }
            guard record.kind == "LS" else {
                wire?.send(record)
                continue
            }
            for answer in (declarations ?? []) + [FiasRecord("LA")] { port?.says(Self.bytes(of: answer)) }
        }
    }

    private func hear(_ news: FiasWire.News) {
        time.touch()
        switch news {
        case .lives(let declarations): state.withLock { $0.declarations = declarations }
        case .record(let record, _): state.withLock(\.port)?.says(Self.bytes(of: record))
        case .down(let fault):
            let port = state.withLock { state in
                (state.declarations, state.whyDown) = (nil, fault)
                return state.port
            }
            port?.hangUp(fault)
        }
    }

    private static func bytes(of record: FiasRecord) -> [UInt8] { FiasCodec(check: false).encode(.record(record)) }
}
