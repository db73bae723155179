// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Answers that last: event streams, and clients that wait for a job. Counted, so that they cannot pile up, and ended together when the
/// endpoint stops.
final class OpenAnswers: Sendable {
    private struct State {
        var stopped = false
        var next: UInt64 = 0
        var ends: [UInt64: @Sendable () -> Void] = [:]
    }

    enum Refusal: Error { case full, stopped }

    /// A place among the open answers; given back when the last reference goes, however the answer ended.
    final class Seat: Sendable {
        fileprivate let number: UInt64
        private let owner: OpenAnswers
        fileprivate init(_ number: UInt64, of owner: OpenAnswers) {
            self.number = number
            self.owner = owner
        }
        deinit { owner.state.withLock { $0.ends[number] = nil } }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// - Parameter end: makes the answer finish soon; called at most once, from anywhere.
    func enter(_ end: @escaping @Sendable () -> Void) throws(Refusal) -> Seat {
        let number: Result<UInt64, Refusal> = state.withLock { state in
            guard !state.stopped else { return .failure(.stopped) }
            guard state.ends.count < limit else { return .failure(.full) }
            state.next += 1
            state.ends[state.next] = end
            return .success(state.next)
        }
        return Seat(try number.get(), of: self)
    }

    func endAll() {
        let ends = state.withLock { state in
            state.stopped = true
            defer { state.ends = [:] }
            return state.ends.values.map { $0 }
        }
        for end in ends { end() }
    }

    var count: Int { state.withLock { $0.ends.count } }
}
