// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

extension Transcript {
    /// The production line to a driver, over this transcript.
    /// - Returns: the line, and the port that tells what went over it.
    public func line<Driver: EncoderDriver>(
        to driver: Driver, delivery: ScriptDelivery = .whole, noise: [UInt8] = [0xFF, 0x00], keeper: any LineKeeper = ScriptKeeper(),
        watch: (any LineWatch)? = nil
    ) -> (line: Line<Driver>, port: ScriptedPort) {
        let port = ScriptedPort(self, delivery: delivery, noise: noise)
        let time = port.time
        let line = Line(
            to: driver, over: port, kind: portKind, on: QueueExecutor(name: "transcript"), keeper: keeper, watch: watch,
            questions: unanswered.map { [OpenQuestion(order: "an earlier order", until: time.moment + $0)] } ?? [], time: time)
        return (line, port)
    }

    /// `# unanswered: 60s`: for so long an order from before this dialogue may still be answered.
    var unanswered: Duration? { headers["unanswered"].flatMap { Duration(settingText: $0) } }
}

/// Keeps nothing but a count: nobody cancels a transcript.
public final class ScriptKeeper: LineKeeper {
    private let late = Mutex(0)
    public init() {}
    /// Answers to orders from before the dialogue.
    public var lateAnswers: Int { late.withLock { $0 } }

    public func willWrite(waitsForCard: Bool) async throws(Fault) {}
    public func unasked(_ card: CardPresence?) async {}
    public func lateAnswer(to question: OpenQuestion) async { late.withLock { $0 += 1 } }
    public func stopReason(mayBreakOff: Bool) async -> StopReason? { nil }
}
