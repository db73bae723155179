// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import Glibc
import Testing

@testable import PortIO

@Suite struct PortLoopTests {
    @Test func actor_runsOnOneThread_whenItSuspends() async {
        let loop = PortLoop(name: "loop")
        let desk = Desk(loop)
        let first = await desk.thread()
        await loop.rest(.milliseconds(1))
        #expect(await desk.thread() == first)
        #expect(first != UInt(pthread_self()))
    }

    @Test func isolation_isKnown_onTheThreadOnly() async {
        let loop = PortLoop(name: "loop")
        #expect(loop.isIsolatingCurrentContext() == false)
        #expect(await Desk(loop).assumesIsolation())
    }

    @Test func job_runs_whenItIsTheLastThatHoldsItsActor() async {
        for _ in 0..<200 {
            // The task's actor and executor have no other owner: the last job takes the loop down from its own thread.
            async let thread = Desk(PortLoop(name: "loop")).thread()
            #expect(await thread != 0)
        }
    }

    @Test func thread_ends_whenTheLoopIsReleased() async throws {
        var loop: PortLoop? = PortLoop(name: "ending-loop")
        try await eventually { Self.threadNames().contains("ending-loop") }
        #expect(loop != nil)
        loop = nil
        try await eventually { !Self.threadNames().contains("ending-loop") }
    }

    @Test func rest_lastsItsTime_andNotMuchMore() async {
        let loop = PortLoop(name: "loop")
        let start = ContinuousClock.now
        await loop.rest(.milliseconds(20))
        let taken = start.duration(to: .now)
        #expect(taken >= .milliseconds(20))
        #expect(taken < .seconds(60))
    }

    @Test func deadlines_passInOrder_whenSeveralAreWaitedFor() async {
        let loop = PortLoop(name: "loop")
        let order = await withTaskGroup(of: Int.self) { group in
            for index in [3, 1, 2] {
                group.addTask {
                    await loop.rest(.milliseconds(60 * index))
                    return index
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(order == [1, 2, 3])
    }

    @Test func interruption_isKept_whenNobodyWaitsYet() async {
        let watch = Watch(on: PortLoop(name: "loop"))
        watch.interrupt()
        #expect(await watch.wait(by: nil) == .interrupted)
        #expect(await watch.wait(by: .now) == .deadline)
        watch.interrupt()
        #expect(watch.takeInterruption())
        #expect(!watch.takeInterruption())
    }

    @Test func wait_ends_whenItsWatchIsClosed() async {
        let watch = Watch(on: PortLoop(name: "loop"))
        async let readiness = watch.wait(by: nil)
        watch.close()
        #expect(await readiness == .closed)
        #expect(await watch.wait(by: nil) == .closed)
    }

    @Test(arguments: [(Duration.zero, 0), (.seconds(-5), 0), (.seconds(1_000_000), 86_400)])
    func pollLimit_isBounded_whenTheDeadlineIsPastOrFar(left: Duration, seconds: Int) {
        let time = PollLimit.until(.now + left).timespec
        #expect(time.tv_sec == seconds)
        #expect((0...999_999_999).contains(time.tv_nsec))
    }

    static func threadNames() -> [String] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.compactMap { FileManager.default.contents(atPath: "/proc/self/task/\($0)/comm") }
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}

/// Looks at a condition of the system that tells nobody when it changes, until it holds.
func eventually(within limit: Duration = .seconds(60), _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        try #require(ContinuousClock.now < deadline, "did not come true in \(limit)")
        try await Task.sleep(for: .milliseconds(5))
    }
}
