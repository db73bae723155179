// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// What is to be done on a ``PortLoop``: jobs to run and waits to watch over. A value; ``LoopCore`` keeps it behind a lock.
struct LoopState {
    struct Entry {
        let id: LoopCore.WatchID
        let descriptor: Int32
        let events: Int16
        var waiter: LoopCore.Waiter?
        var deadline: ContinuousClock.Instant?
        var interrupted = false

        mutating func takeWaiter() -> LoopCore.Waiter? {
            defer {
                waiter = nil
                deadline = nil
            }
            return waiter
        }
    }

    var jobs: [UnownedJob] = []
    /// Whoever owns the jobs must live until they have run: a job may be the last thing that holds its actor.
    var keeper: PortLoop?
    var watches: [Entry] = []
    var lastID: LoopCore.WatchID = 0
    /// The thread is in a poll that has not seen the latest state: the bell must wake it.
    var asleep = false
    var stopping = false

    /// A loop has a handful of watches: a search along the array is the fastest there is.
    func index(of id: LoopCore.WatchID) -> Int? { watches.firstIndex { $0.id == id } }

    /// Whether the bell must ring for the thread to see this state. On the thread itself: never.
    mutating func takeNeedOfBell() -> Bool {
        defer { asleep = false }
        return asleep
    }

    /// What to poll and for how long; `nil` when the thread is to end.
    mutating func plan(_ polled: inout [pollfd], _ ids: inout [LoopCore.WatchID]) -> PollLimit? {
        if stopping, jobs.isEmpty { return nil }
        var nearest: ContinuousClock.Instant?
        for watch in watches where watch.waiter != nil {
            polled.append(pollfd(fd: watch.descriptor, events: watch.events, revents: 0))
            ids.append(watch.id)
            if let deadline = watch.deadline { nearest = nearest.map { min($0, deadline) } ?? deadline }
        }
        guard jobs.isEmpty else { return .now }
        asleep = true
        return nearest.map(PollLimit.until) ?? .never
    }

    /// The waits that are over after a poll of what ``plan(_:_:)`` gave.
    mutating func harvest(_ polled: [pollfd], _ ids: [LoopCore.WatchID], anyReady: Bool) -> [(LoopCore.Waiter, Readiness)] {
        asleep = false
        var due: [(LoopCore.Waiter, Readiness)] = []
        var now: ContinuousClock.Instant?
        for (id, polled) in zip(ids, polled.dropFirst()) {
            guard let index = index(of: id), watches[index].waiter != nil else { continue }
            if anyReady, polled.revents != 0 {
                let hungUp = Int32(polled.revents) & (POLLHUP | POLLERR | POLLNVAL) != 0
                if let waiter = watches[index].takeWaiter() { due.append((waiter, .ready(hungUp: hungUp))) }
            } else if let deadline = watches[index].deadline {
                let time = now ?? .now
                now = time
                if deadline <= time, let waiter = watches[index].takeWaiter() { due.append((waiter, .deadline)) }
            }
        }
        return due
    }
}
