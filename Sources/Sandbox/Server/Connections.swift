// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// All open connections and the tasks that serve them. A connection that NIO has handed over must be served or it takes the process
/// down with it, so a task starts the moment it is there, and nothing waits in a queue that a stopping server would throw away.
final class Connections: Sendable {
    private struct Open {
        var channel: any Channel
        var task: Task<Void, Never>?
    }

    private struct State {
        var open: [ObjectIdentifier: Open] = [:]
        var stopped = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// False if there are too many already, or the server stops.
    func enter(_ channel: any Channel) -> Bool {
        let entered = state.withLock { state in
            guard state.open.count < limit, !state.stopped else { return false }
            state.open[ObjectIdentifier(channel)] = Open(channel: channel)
            return true
        }
        if entered { channel.closeFuture.whenComplete { _ in self.leave(channel) } }
        return entered
    }

    private func leave(_ channel: any Channel) {
        state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Starts the work on a connection. If the server stops, it is cancelled at once, but it still runs.
    func serve(_ channel: any Channel, _ work: @escaping @Sendable () async -> Void) {
        let task = Task { await work() }
        let stopped = state.withLock { state in
            state.open[ObjectIdentifier(channel)]?.task = task
            return state.stopped
        }
        if stopped { task.cancel() }
    }

    /// Closes everything and waits for those who are at work.
    func stop() async {
        let open = state.withLock { state in
            state.stopped = true
            return Array(state.open.values)
        }
        for connection in open {
            connection.task?.cancel()
            connection.channel.close(promise: nil)
        }
        for connection in open { await connection.task?.value }
    }
}
