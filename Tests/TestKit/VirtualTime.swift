// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// A clock that stands still until it is told to go on.
public final class VirtualTime: Sendable {
    private struct Sleeper {
        var id: Int
        var due: Duration
        var wake: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var uptime: Duration = .zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var activity = 0
        /// Jobs of executors that were handed in and are not done.
        var jobs = 0
        /// By how much somebody has set the wall clock.
        var shift: TimeInterval = 0
    }

    public static let start = Date(timeIntervalSince1970: 1_774_706_101)
    private let state = Mutex(State())

    /// How long nobody may have done anything before time goes on, in looks.
    private let quiet: Int

    /// - Parameter quiet: more where much runs beside it, and silence says less.
    public init(quiet: Int = 150) { self.quiet = quiet }

    public var uptime: Duration { state.withLock(\.uptime) }
    /// The wall clock; Mews' is the same without the shift.
    public var now: Date { right.addingTimeInterval(state.withLock(\.shift)) }
    /// The time that everybody else has.
    public var right: Date { Self.start.addingTimeInterval(uptime / .seconds(1)) }

    /// The wall clock of this machine is wrong by so much from now on.
    public func setWallClock(off seconds: TimeInterval) { state.withLock { $0.shift = seconds } }

    private let beginning = ContinuousClock.now

    public var keeper: Timekeeper {
        Timekeeper(now: { self.now }, uptime: { self.uptime }, sleep: { try await self.sleep($0) }, beginning: beginning)
    }

    /// Somebody has done something: time must not go on yet.
    public func touch() { state.withLock { $0.activity += 1 } }

    /// An executor of its own has got a job; until it is done nobody takes the silence of the others for rest.
    public func jobBegins() {
        state.withLock { state in
            state.activity += 1
            state.jobs += 1
        }
    }

    public func jobEnds() { state.withLock { $0.jobs -= 1 } }

    private func sleep(_ pause: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            state.activity += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wake in
                let refused = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers.append(Sleeper(id: id, due: state.uptime + pause, wake: wake))
                    return false
                }
                if refused { wake.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Goes on to the next moment somebody waits for, but not beyond `limit`.
    private func jump(upTo limit: Duration) {
        let woken = state.withLock { state -> [Sleeper] in
            guard let next = state.sleepers.map(\.due).min(), next <= limit else {
                state.uptime = max(state.uptime, limit)
                return []
            }
            state.uptime = max(state.uptime, next)
            let due = state.sleepers.filter { $0.due <= state.uptime }
            state.sleepers.removeAll { $0.due <= state.uptime }
            return due
        }
        for sleeper in woken { sleeper.wake.resume() }
    }

    /// Lets everybody work, then jumps from one awaited moment to the next until the condition holds or the time is over.
    /// - Returns: whether the condition held.
    public func pass(_ time: Duration, until condition: @Sendable () async -> Bool = { false }) async -> Bool {
        let end = uptime + time
        while true {
            if await settled(condition) { return true }
            if uptime >= end { return false }
            jump(upTo: end)
        }
    }

    /// Waits in real time until nobody has done anything for a while; the condition ends it early.
    private func settled(_ condition: @Sendable () async -> Bool) async -> Bool {
        var (seen, quiet) = (-1, 0)
        while quiet < self.quiet {
            if await condition() { return true }
            let (activity, jobs) = state.withLock { ($0.activity, $0.jobs) }
            if activity != seen || jobs > 0 { quiet = 0 }
            seen = activity
            let before = ContinuousClock.now
            try? await Task.sleep(for: .microseconds(200))
            // A machine that is busy wakes us late, and the others too: then silence says less.
            quiet += ContinuousClock.now - before < .milliseconds(1) ? 2 : 1
        }
        return await condition()
    }
}
