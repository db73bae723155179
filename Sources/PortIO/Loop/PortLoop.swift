// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// A thread of its own that is an executor and waits for descriptors: an actor that runs on it reads its port without a change of
/// thread (docs/decisions/0002-one-thread-per-encoder.md).
///
/// The thread sleeps in one poll for all that its tasks wait for; the nearest deadline is the poll's limit. It ends by itself
/// when the last reference to the loop is gone.
final class PortLoop: SerialExecutor, TaskExecutor {
    let core: LoopCore

    /// `name` is what `top -H` shows of the thread; the kernel keeps 15 bytes.
    init(name: String) {
        core = LoopCore()
        core.startThread(name: name)
    }

    deinit { core.stop() }

    func enqueue(_ job: consuming ExecutorJob) { core.enqueue(UnownedJob(job), keeping: self) }

    func checkIsolated() {
        precondition(core.isCurrentThread, "this code belongs on the thread of its encoder")
    }

    func isIsolatingCurrentContext() -> Bool? { core.isCurrentThread }
}
