// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Testing

@testable import BridgeCore

/// When an idle encoder is asked for its cards.
@Suite struct IdleWatchTests {
    private let start = ContinuousClock.now

    @Test func failedLooks_areRepeatedLessAndLessOften() {
        var watch = IdleWatch(presence: .told, healthCheck: nil, from: start)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<9 {
            #expect(watch.due(at: now) == .look)
            #expect(watch.next == nil)
            watch.lookFailed(at: now)
            waits.append((watch.next ?? now) - now)
            now = watch.next ?? now
        }
        #expect(waits.prefix(4) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
        #expect(waits.suffix(2) == [.seconds(30), .seconds(30)])
        #expect(watch.due(at: now) == .look)
        watch.lookSucceeded()
        #expect(watch.next == nil, "nothing happens while nothing happens")
        watch.lookFailed(at: now)
        #expect(watch.next == now + .milliseconds(500))
    }

    @Test func polledLooks_keepTheirTime_whenOneFails() {
        var watch = IdleWatch(presence: .polled(every: .milliseconds(250)), healthCheck: nil, from: start)
        #expect(watch.due(at: start) == .look)
        watch.lookFailed(at: start)
        #expect(watch.next == start + .milliseconds(250))
    }

    @Test func nothingIsDue_whereNobodyLooks() {
        var watch = IdleWatch(presence: .none, healthCheck: .seconds(60), from: start)
        #expect(watch.next == start + .seconds(60))
        #expect(watch.due(at: start) == nil)
        #expect(watch.due(at: start + .seconds(60)) == .health)
        watch.taskEnded(at: start + .seconds(70))
        #expect(watch.next == start + .seconds(130))
    }
}
