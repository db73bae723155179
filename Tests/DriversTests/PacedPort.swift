// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Synchronization
import Transcripts

/// An encoder that takes its time over each answer, on a clock of its own that goes on only while somebody waits.
final class PacedPort: Ports.Port {
    /// What is answered to what was written, and after how long; `nil`: nothing.
    typealias Device = @Sendable (_ written: [UInt8]) -> (after: Duration, [UInt8])?

    private struct State {
        var elapsed = Duration.zero
        var coming: [(due: Duration, bytes: [UInt8])] = []
    }
    private let state = Mutex(State())
    private let beginning = ContinuousClock.now
    private let device: Device

    init(_ device: @escaping Device) { self.device = device }

    var elapsed: Duration { state.withLock(\.elapsed) }
    var time: Timekeeper {
        Timekeeper(
            now: Timekeeper.system.now, uptime: { self.elapsed }, sleep: { pause in self.state.withLock { $0.elapsed += pause } },
            beginning: beginning)
    }

    /// - Parameter open: an order from before that may still be answered.
    func line<Driver: EncoderDriver>(to driver: Driver, kind: PortKind = .tty, open order: String? = nil) -> Line<Driver> {
        Line(
            to: driver, over: self, kind: kind, on: QueueExecutor(name: "paced"), keeper: UnmovedKeeper(),
            questions: order.map { [OpenQuestion(order: $0, until: beginning + .seconds(60))] } ?? [], time: time)
    }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        guard deadline > beginning + elapsed else { throw Fault(.offline, detail: "written too late") }
        guard let answer = device(bytes) else { return }
        state.withLock { $0.coming.append(($0.elapsed + answer.after, answer.1)) }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        let event = state.withLock { state -> PortEvent? in
            let end = deadline.map { $0 - beginning }
            if let next = state.coming.first, next.due <= max(end ?? next.due, state.elapsed) {
                state.coming.removeFirst()
                state.elapsed = max(state.elapsed, next.due)
                return .bytes(next.bytes)
            }
            guard let end else { return nil }
            state.elapsed = max(state.elapsed, end)
            return .deadline
        }
        guard let event else { throw Fault(.offline, detail: "nothing will ever come") }
        return event
    }

    func change(_ line: LineSettings) async throws(Fault) {}
    func wake() {}
    func close() {}
}

/// The owner of a line who has nothing to say.
struct UnmovedKeeper: LineKeeper {
    func willWrite(waitsForCard: Bool) async throws(Fault) {}
    func unasked(_ card: CardPresence?) async {}
    func lateAnswer(to question: OpenQuestion) async {}
    func stopReason(mayBreakOff: Bool) async -> StopReason? { nil }
}
