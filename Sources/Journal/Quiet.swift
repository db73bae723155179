// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Synchronization

/// Notices that nothing has happened for a while; that is the time to empty the log, in which guests' names would stay otherwise. Costs
/// one timer for each stretch of work, and nothing while nothing happens.
final class Quiet: Sendable {
    private struct State {
        var changes: UInt64 = 0
        var isWaiting = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let rest: Duration
    private let time: Timekeeper

    init(_ rest: Duration, _ time: Timekeeper) {
        self.rest = rest
        self.time = time
    }

    func changed(_ settle: @escaping @Sendable () async -> Void) {
        let isFirst = state.withLock { state in
            state.changes += 1
            defer { state.isWaiting = true }
            return !state.isWaiting && !state.hasEnded
        }
        guard isFirst else { return }
        Task { [self] in
            while true {
                let before = state.withLock { $0.changes }
                guard (try? await time.sleep(rest)) != nil else { break }
                let isOver = state.withLock { state in
                    guard state.changes == before || state.hasEnded else { return false }
                    state.isWaiting = false
                    return true
                }
                if isOver { break }
            }
            if !state.withLock({ $0.hasEnded }) { await settle() }
        }
    }

    func end() { state.withLock { $0.hasEnded = true } }
}
