// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Keeps one session for each configured encoder and tells them which ports come and go. Never gives up: an encoder that is
/// away costs nothing and comes back with its port.
public struct Supervisor: Sendable {
    private let sessions: [any SessionControl]
    private let matches: [EncoderName: PortMatch]
    private let ports: any PortSystem

    public init(sessions: [any SessionControl], matches: [EncoderName: PortMatch], ports: any PortSystem) {
        self.sessions = sessions
        self.matches = matches
        self.ports = ports
    }

    /// Works until the task is cancelled.
    public func run() async {
        let byName = Dictionary(sessions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var assignments = PortAssignments(matches)
        let fixed = matches.values.filter { $0.strength == .fixed }
        await withTaskGroup(of: Void.self) { group in
            for session in sessions { group.addTask { await session.run() } }
            for await event in ports.events(fixed: fixed) {
                for (name, change) in assignments.apply(event) { await byName[name]?.post(change) }
            }
            await group.waitForAll()
        }
    }
}
