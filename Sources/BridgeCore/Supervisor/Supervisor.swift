// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Logging

/// Runs the sessions and tells each of them which port is its own.
public actor Supervisor {
    private var sessions: [EncoderName: any SessionControl]
    /// Kept over reloads: what leaves while the ports are listed anew must be told too.
    private var assignments: PortAssignments
    private let ports: any PortSystem
    private let logger: Logger
    private var running: [EncoderName: Task<Void, Never>] = [:]
    private var bus: Task<Void, Never>?
    private var isRunning = false

    public init(sessions: [any SessionControl], matches: [EncoderName: PortMatch], ports: any PortSystem, logger: Logger) {
        self.sessions = Dictionary(sessions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        assignments = PortAssignments(matches)
        self.ports = ports
        self.logger = logger
    }

    /// Works until the task is cancelled.
    public func run() async {
        isRunning = true
        for name in sessions.keys { begin(name) }
        follow()
        await untilCancelled()
        isRunning = false
        bus?.cancel()
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
        await bus?.value
    }

    /// Ends these sessions: what they hold of an order goes back to the queue or is waited for, as at the end of the bridge.
    public func end(_ names: Set<EncoderName>) async {
        for name in names { running[name]?.cancel() }
        for name in names {
            await running[name]?.value
            running[name] = nil
            sessions[name] = nil
        }
        assignments.forget(names)
    }

    /// Takes up further sessions. Those that run are not touched; the ports are listed anew, because others are looked for now.
    public func begin(_ more: [any SessionControl], matches new: [EncoderName: PortMatch]) async {
        bus?.cancel()
        await bus?.value
        for session in more { sessions[session.name] = session }
        guard isRunning else { return assignments = PortAssignments(assignments.matches.merging(new) { $1 }) }
        assignments.listAnew(new)
        for session in more { begin(session.name) }
        follow()
    }

    /// Asks every session that runs for a sign of life; returns when each has given one.
    public func nudge() async {
        for (name, session) in sessions where running[name] != nil { await session.nudge() }
    }

    private func begin(_ name: EncoderName) {
        guard running[name] == nil, let session = sessions[name] else { return }
        running[name] = Task { await session.run() }
    }

    private func follow() {
        let events = ports.events(fixed: assignments.matches.values.filter { $0.strength == .fixed })
        bus = Task {
            for await event in events { await tell(event) }
        }
    }

    private func tell(_ event: BusEvent) async {
        logger.debug("bus: \(event.text)")
        for (name, change) in assignments.apply(event) { await sessions[name]?.post(change) }
    }
}

/// Returns when the task is cancelled.
public func untilCancelled() async {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
}

extension BusEvent {
    /// For the log.
    fileprivate var text: String {
        switch self {
        case .arrived(let port): "\(port.address) arrived"
        case .left(let port): "\(port.address) left"
        case .listed: "the first list is complete"
        }
    }
}
