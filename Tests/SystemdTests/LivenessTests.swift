// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import Systemd

@Suite struct LivenessTests {
    @Test func partThatHangs_isNamed_andAskedOnlyOnce() async {
        let asked = Mutex(0)
        let well = Mutex(0)
        let (answers, answer) = AsyncStream<Void>.makeStream()
        let liveness = Liveness([
            .init("queue") { well.withLock { $0 += 1 } },
            .init("front-desk") {
                asked.withLock { $0 += 1 }
                for await _ in answers { break }
            },
        ])
        let first = await liveness.silentParts { while well.withLock({ $0 }) < 1 || asked.withLock({ $0 }) < 1 { await Task.yield() } }
        #expect(first.contains("front-desk"))
        var silent = first
        while silent.contains("queue") { silent = await liveness.silentParts { await Task.yield() } }
        #expect(silent == ["front-desk"])
        #expect(asked.withLock({ $0 }) == 1)

        // From here on it answers at once, for the stream of answers has ended.
        answer.finish()
        while silent.contains("front-desk") { silent = await liveness.silentParts { await Task.yield() } }
        #expect(!silent.contains("front-desk"))
    }
}
