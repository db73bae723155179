// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Testing

@Suite(.timeLimit(.minutes(6)))
struct EventHubTests {
    private let event = BridgeEvent.reportWaiting(.mews)

    @Test func listener_getsWhatComes_inOrder() async {
        let hub = EventHub()
        await hub.publish(event)
        let subscription = await hub.subscribe()
        #expect(subscription.missed.isEmpty && !subscription.gap && subscription.last == 1)
        for _ in 0..<5 { await hub.publish(event) }
        subscription.end()
        var numbers: [UInt64] = []
        for await event in subscription.events { numbers.append(event.number) }
        #expect(numbers == [2, 3, 4, 5, 6])
    }

    @Test func listenerThatComesBack_getsWhatItMissed() async {
        let hub = EventHub()
        for _ in 0..<10 { await hub.publish(event) }
        let subscription = await hub.subscribe(after: 7)
        #expect(subscription.missed.map(\.number) == [8, 9, 10])
        #expect(!subscription.gap)
        #expect(await hub.subscribe(after: 10).missed.isEmpty)
        #expect(await hub.subscribe(after: 0).missed.count == 10)
    }

    @Test func gap_isTold_whenEventsAreGoneOrNeverWere() async {
        let hub = EventHub()
        #expect(await hub.subscribe(after: 0).gap == false)
        #expect(await hub.subscribe(after: 1).gap)
        for _ in 0..<(EventHub.kept + 5) { await hub.publish(event) }
        #expect(await hub.subscribe(after: 5).gap == false)
        #expect(await hub.subscribe(after: 5).missed.count == EventHub.kept)
        let lost = await hub.subscribe(after: 4)
        #expect(lost.gap && lost.missed.isEmpty && lost.last == UInt64(EventHub.kept + 5))
        #expect(await hub.subscribe(after: .max).gap)
    }

    @Test func listenerThatDoesNotRead_isCutOff_andTheOthersGoOn() async {
        let hub = EventHub()
        let idle = await hub.subscribe()
        let reading = await hub.subscribe()
        var reader = reading.events.makeAsyncIterator()
        for number in 1...UInt64(EventHub.kept + 3) {
            await hub.publish(event)
            #expect(await reader.next()?.number == number)
        }
        #expect(await hub.listenerCount == 1)
        var got = 0
        for await _ in idle.events { got += 1 }
        #expect(got == EventHub.kept)
    }

    @Test func listenerThatIsDropped_isForgotten() async throws {
        let hub = EventHub()
        var subscription: EventHub.Subscription? = await hub.subscribe()
        #expect(await hub.listenerCount == 1)
        #expect(subscription != nil)
        subscription = nil
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while await hub.listenerCount > 0, ContinuousClock.now < deadline { await Task.yield() }
        #expect(await hub.listenerCount == 0)
    }
}
