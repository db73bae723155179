// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Whether all parts of the bridge still answer: the watchdog's evidence. A part that hangs must not hang the question, so each is asked
/// by a task of its own, and one that has not answered is not asked again.
public final class Liveness: Sendable {
    /// A part, and a question whose answer takes that part's own executor or thread.
    public struct Part: Sendable {
        public var name: String
        public var ask: @Sendable () async -> Void

        public init(_ name: String, ask: @escaping @Sendable () async -> Void) {
            self.name = name
            self.ask = ask
        }
    }

    private let parts: [Part]
    private let silent = Mutex<Set<String>>([])

    public init(_ parts: [Part]) { self.parts = parts }

    /// Asks every part that owes no answer.
    /// - Returns: the parts that have not answered when `pause` is over; empty when all is well.
    public func silentParts(after pause: () async -> Void) async -> [String] {
        for part in parts where silent.withLock({ $0.insert(part.name).inserted }) {
            Task { [self] in
                await part.ask()
                _ = silent.withLock { $0.remove(part.name) }
            }
        }
        await pause()
        return silent.withLock { $0.sorted() }
    }
}
