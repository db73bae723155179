// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import Synchronization
import Testing

@testable import AccessCore

/// A broker that tells more than can be kept.
@Suite(.timeLimit(.minutes(6))) struct ServiceNewsTests {
    /// Has always something more to tell, and counts what is taken of it.
    private final class ChattyBroker: MQTTWay {
        let news: AsyncStream<MQTTNews>
        let taken: Counter
        static let plenty = 200

        init() {
            let taken = Counter()
            self.taken = taken
            news = AsyncStream {
                let count = taken.add()
                // Nothing more: until the stream is left.
                if count > Self.plenty { for await _ in AsyncStream<Void>.makeStream().stream {} }
                if count == 1 { return .connected }
                return .message(MQTTMessage("\(SmallSite.topic)/availability", #"{"state":"\#(count % 2 == 0 ? "offline" : "online")"}"#))
            }
        }
        func subscribe(_ topics: [String]) {}
        func publish(_ message: MQTTMessage) -> Bool { true }
    }

    private final class Counter: Sendable {
        private let number = Mutex(0)
        var now: Int { number.withLock { $0 } }
        func add() -> Int {
            number.withLock {
                $0 += 1
                return $0
            }
        }
    }

    @Test func newsOfTheBroker_waitWhereTheirNumberIsBounded_whileTheStoreFails() async throws {
        let store = MemoryStore()
        store.state.withLock { $0.fault = GrantStoreFault("the disk is full") }
        let broker = ChattyBroker()
        let site = try SmallSite(TwoClocks(SmallSite.start), store: store, way: broker)
        let work = Task { await site.service.run() }
        await eventually("the store was asked again") { store.state.withLock { $0.refused } >= 3 }
        #expect(broker.taken.now < 10, "\(broker.taken.now)")
        store.state.withLock { $0.fault = nil }
        await eventually("all of it") { broker.taken.now > ChattyBroker.plenty }
        work.cancel()
        await work.value
    }
}
