// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// Runs a task and its children, and tells a ``VirtualTime`` of every piece of work: on a busy machine the silence of a thread that was put
/// aside is no rest.
public final class CountedExecutor: TaskExecutor {
    private let time: VirtualTime
    private let queue = DispatchQueue(label: "counted", attributes: .concurrent)

    public init(_ time: VirtualTime) { self.time = time }

    public func enqueue(_ job: consuming ExecutorJob) {
        time.jobBegins()
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
            self.time.jobEnds()
        }
    }
}
