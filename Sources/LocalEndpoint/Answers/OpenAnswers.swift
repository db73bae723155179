// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Answers that last: event streams, and clients that wait for a job. Counted, so that they cannot pile up, and ended together when the
/// endpoint stops.
final class OpenAnswers: Sendable {
    private struct State {
        var stopped = false
        var next: UInt64 = 0
        var ends: [UInt64: (since: ContinuousClock.Instant, end: @Sendable () -> Void)] = [:]
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
    /// After so long the answer that came first gives way to a new one, when all places are taken: a reader that reads comes back by
    /// itself and goes on where it was, one that never read does not. `nil`: nobody gives way.
    private let patience: Duration?
    private let state = Mutex(State())

    init(limit: Int, patience: Duration? = nil) {
        self.limit = limit
        self.patience = patience
    }

    /// - Parameter end: makes the answer finish soon; called at most once, from anywhere.
    func enter(at now: ContinuousClock.Instant = .now, _ end: @escaping @Sendable () -> Void) throws(Refusal) -> Seat {
        var gone: (@Sendable () -> Void)?
        let number: Result<UInt64, Refusal> = state.withLock { state in
            guard !state.stopped else { return .failure(.stopped) }
            if state.ends.count >= limit {
                guard let patience, let first = state.ends.keys.min(), let place = state.ends[first], place.since + patience <= now else {
                    return .failure(.full)
                }
                gone = place.end
                state.ends[first] = nil
            }
            state.next += 1
            state.ends[state.next] = (now, end)
            return .success(state.next)
        }
        gone?()
        return Seat(try number.get(), of: self)
    }

    func endAll() {
        let ends = state.withLock { state in
            state.stopped = true
            defer { state.ends = [:] }
            return state.ends.values.map(\.end)
        }
        for end in ends { end() }
    }

    var count: Int { state.withLock { $0.ends.count } }
}
