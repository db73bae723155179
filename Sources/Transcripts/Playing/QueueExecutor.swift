// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// A serial executor for a line whose port is no real one.
public final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    public init(name: String) { queue = DispatchQueue(label: name) }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
