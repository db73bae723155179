// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc
import Synchronization

/// What a ``PortLoop`` and its thread share. The thread holds only this, so that it does not keep the loop alive.
final class LoopCore: Sendable {
    typealias WatchID = UInt64
    typealias Waiter = UnsafeContinuation<Readiness, Never>

    private let state = Mutex(LoopState())
    private let thread = Atomic<UInt>(0)
    /// An eventfd that ends the thread's poll.
    private let bell: Int32

    init() {
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        // Happens at start or on a reload only: no descriptors left is no state to go on from.
        precondition(bell >= 0, "no thread for an encoder: \(SystemError(call: "eventfd", code: errno).text)")
    }

    deinit { close(bell) }

    var isCurrentThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: From any thread

    func enqueue(_ job: UnownedJob, keeping loop: PortLoop) {
        let ring = state.withLock { state in
            state.jobs.append(job)
            state.keeper = loop
            return state.takeNeedOfBell()
        }
        if ring { ringBell() }
    }

    func addWatch(descriptor: Int32, events: Int16) -> WatchID {
        state.withLock { state in
            state.lastID += 1
            state.watches.append(LoopState.Entry(id: state.lastID, descriptor: descriptor, events: events))
            return state.lastID
        }
    }

    func removeWatch(_ id: WatchID) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.index(of: id) else { return nil }
            return state.watches.remove(at: index).waiter
        }
        waiter?.resume(returning: .closed)
    }

    func wait(for id: WatchID, by deadline: ContinuousClock.Instant?, resuming waiter: Waiter) {
        let (answer, ring) = state.withLock { state -> (Readiness?, Bool) in
            guard let index = state.index(of: id) else { return (.closed, false) }
            precondition(state.watches[index].waiter == nil, "two tasks wait for the same thing")
            if state.watches[index].interrupted {
                state.watches[index].interrupted = false
                return (.interrupted, false)
            }
            state.watches[index].waiter = waiter
            state.watches[index].deadline = deadline
            return (nil, state.takeNeedOfBell())
        }
        if let answer { waiter.resume(returning: answer) }
        if ring { ringBell() }
    }

    func interrupt(_ id: WatchID) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.index(of: id) else { return nil }
            guard let waiter = state.watches[index].takeWaiter() else {
                state.watches[index].interrupted = true
                return nil
            }
            return waiter
        }
        waiter?.resume(returning: .interrupted)
    }

    func takeInterruption(of id: WatchID) -> Bool {
        state.withLock { state in
            guard let index = state.index(of: id), state.watches[index].interrupted else { return false }
            state.watches[index].interrupted = false
            return true
        }
    }

    /// Ends the thread after the jobs it has. Does not wait for it: the caller may be that thread.
    func stop() {
        let ring = state.withLock { state in
            state.stopping = true
            return state.takeNeedOfBell()
        }
        if ring { ringBell() }
    }

    private func ringBell() {
        // A full counter (EAGAIN) rings as well; nothing else can fail on a descriptor of our own.
        eventfd_write(bell, 1)
    }

    // MARK: The thread

    func startThread(name: String) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<LoopCore>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        precondition(code == 0, "no thread for an encoder: \(SystemError(call: "pthread_create", code: code).text)")
        device_thread_name(thread, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        pthread_detach(thread)
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        blockSignals()
        var polled: [pollfd] = []
        var ids: [WatchID] = []
        var jobs: [UnownedJob] = []
        while let limit = plan(&polled, &ids) {
            var pollLimit = limit.timespec
            // The bell comes first, then whatever is waited for. EINTR and a passed limit look the same: nothing is ready.
            let mustPoll = limit != .now || polled.count > 1
            let ready =
                mustPoll ? withUnsafePointer(to: &pollLimit) { device_poll(&polled, nfds_t(polled.count), limit == .never ? nil : $0) } : 0
            if ready > 0, polled[0].revents != 0 {
                var rings: eventfd_t = 0
                eventfd_read(bell, &rings)
            }
            let due = state.withLock { $0.harvest(polled, ids, anyReady: ready > 0) }
            for (waiter, readiness) in due { waiter.resume(returning: readiness) }
            runJobs(&jobs)
        }
    }

    /// What to poll and for how long; `nil` when the thread is to end.
    private func plan(_ polled: inout [pollfd], _ ids: inout [WatchID]) -> PollLimit? {
        polled.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: bell, events: Int16(POLLIN), revents: 0))
        return state.withLock { $0.plan(&polled, &ids) }
    }

    /// `jobs` is empty storage that changes places with the full one.
    private func runJobs(_ jobs: inout [UnownedJob]) {
        let keeper = state.withLock { state in
            swap(&state.jobs, &jobs)
            defer { state.keeper = nil }
            return state.keeper
        }
        guard let keeper else { return }
        let (serial, task) = (keeper.asUnownedSerialExecutor(), keeper.asUnownedTaskExecutor())
        for job in jobs { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
        jobs.removeAll(keepingCapacity: true)
    }

    /// Signals are for the rest of the process. Those of a program error stay, or a crash would have no backtrace.
    private func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for own in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&signals, own) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
