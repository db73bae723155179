// SPDX-License-Identifier: Apache-2.0

/// Something one task at a time waits for on a ``PortLoop``: a descriptor becoming ready, a deadline, or a call from another thread.
///
/// It does not own the descriptor; close the watch before the descriptor.
final class Watch: Sendable {
    // Keeps the thread running for as long as somebody may wait.
    private let loop: PortLoop
    private let id: LoopCore.WatchID

    /// `events` as for poll(2). Without a descriptor only deadlines and interruptions end a wait.
    init(on loop: PortLoop, descriptor: Int32 = -1, events: Int16 = 0) {
        self.loop = loop
        id = loop.core.addWatch(descriptor: descriptor, events: events)
    }

    deinit { close() }

    /// Suspends until something happens; without a deadline for as long as it takes, at no cost.
    func wait(by deadline: ContinuousClock.Instant?) async -> Readiness {
        // A continuation resumes on the executor that the task prefers and only then goes back to its actor. Without a preference
        // that is a thread of the shared pool, and each wait would cost two changes of thread.
        await withTaskExecutorPreference(loop) {
            await withUnsafeContinuation { continuation in
                loop.core.wait(for: id, by: deadline, resuming: continuation)
            }
        }
    }

    /// Ends the wait in hand, or else the next one, with `.interrupted`.
    func interrupt() { loop.core.interrupt(id) }

    /// Whether an interruption is due that no wait has seen; it counts as seen then.
    func takeInterruption() -> Bool { loop.core.takeInterruption(of: id) }

    /// Ends the wait in hand and every later one with `.closed`.
    func close() { loop.core.removeWatch(id) }
}

extension PortLoop {
    /// Suspends for a while without a timer of its own: a deadline of the loop's poll.
    func rest(_ time: Duration) async {
        let watch = Watch(on: self)
        _ = await watch.wait(by: .now + time)
    }
}
