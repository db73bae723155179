// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Logging
import Ports
import Synchronization
import Testing
import Transcripts

/// Who is told of which port, over reloads.
@Suite(.timeLimit(.minutes(6))) struct SupervisorTests {
    /// What there is, told anew to everyone who asks.
    private final class Shelf: PortSystem {
        private let ports: Mutex<[DetectedPort]>
        init(_ ports: [DetectedPort]) { self.ports = Mutex(ports) }

        func set(_ ports: [DetectedPort]) { self.ports.withLock { $0 = ports } }
        func makeExecutor(name: String) -> any SerialExecutor { QueueExecutor(name: name) }
        func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
            throw Fault(.offline)
        }
        func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> {
            let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
            for port in ports.withLock({ $0 }) { continuation.yield(.arrived(port)) }
            continuation.yield(.listed)
            return events
        }
    }

    /// Remembers what it was told.
    private actor Listener: SessionControl {
        nonisolated let name: EncoderName
        nonisolated let frames: [LineFrame] = []
        nonisolated let lineErrors = 0
        private(set) var told: [SessionMachine.Event] = []
        init(_ name: EncoderName) { self.name = name }

        func run() async { await untilCancelled() }
        func post(_ event: SessionMachine.Event) { told.append(event) }
        func mayStillAnswer(_ job: JobID, until end: Date?) {}
        func perform(_ errand: Errand) throws(Fault) -> ErrandOutcome { throw Fault(.busy) }
        func tell(_ notice: StayNotice) throws(Fault) -> ErrandOutcome { throw Fault(.busy) }
        func nudge() {}
    }

    @Test func portThatLeavesDuringAReload_isTold_toASessionThatRunsOn() async throws {
        let port = DetectedPort(incarnation: .init("1"), kind: .tty, address: "/dev/ttyTOY0")
        let other = DetectedPort(incarnation: .init("2"), kind: .tty, address: "/dev/ttyTOY1")
        let shelf = Shelf([port])
        let (desk, attic) = (Listener("desk"), Listener("attic"))
        let supervisor = Supervisor(sessions: [desk], matches: ["desk": .device("/dev/ttyTOY0")], ports: shelf, logger: .silent)
        let work = Task { await supervisor.run() }
        try await eventually { await desk.told == [.portArrived(port)] }
        shelf.set([other])
        await supervisor.begin([attic], matches: ["attic": .device("/dev/ttyTOY1")])
        try await eventually { await desk.told == [.portArrived(port), .portLeft(port.incarnation)] }
        try await eventually { await attic.told == [.portArrived(other)] }
        // And what stays is not told again.
        await supervisor.begin([], matches: [:])
        shelf.set([])
        await supervisor.begin([], matches: [:])
        try await eventually { await attic.told == [.portArrived(other), .portLeft(other.incarnation)] }
        #expect(await desk.told.count == 2)
        work.cancel()
        await work.value
    }
}
