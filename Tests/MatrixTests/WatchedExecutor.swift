// SPDX-License-Identifier: Apache-2.0
import Dispatch
import TestKit

/// A thread of its own for a session or a wire, that tells the clock while it has something to do: on a busy machine silence alone says
/// little.
final class WatchedExecutor: SerialExecutor {
    private let queue: DispatchQueue
    private let time: VirtualTime

    init(name: String, time: VirtualTime) {
        queue = DispatchQueue(label: name)
        self.time = time
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        time.jobBegins()
        queue.async {
            job.runSynchronously(on: self.asUnownedSerialExecutor())
            self.time.jobEnds()
        }
    }
}
