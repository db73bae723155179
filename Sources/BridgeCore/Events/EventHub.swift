// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Hands every event to every listener. Keeps the last ones for listeners that come back; a listener that does not read is cut off
/// rather than kept in memory (its stream ends, and it may come back with the last number it saw).
public actor EventHub {
    /// How many events can be asked for again, and how many may wait for one listener.
    public static let kept = 1024

    /// What a listener gets when it comes.
    public struct Subscription: Sendable {
        /// Events after the asked number that are still kept.
        public var missed: [NumberedEvent]
        /// True when some events after the asked number are no longer kept: the listener must read the state anew.
        public var gap: Bool
        /// The number of the newest event when the listener came, 0 before the first: where to resume if nothing follows.
        public var last: UInt64
        /// Up to where the journal's history had been told by then.
        public var place: Int64
        public var events: AsyncStream<NumberedEvent>
        /// Ends the stream from outside the loop that reads it, after what already waits in it.
        public var end: @Sendable () -> Void
    }

    private var ring: [NumberedEvent] = []
    private var last: UInt64 = 0
    private var lastPlace: Int64 = 0
    private var listeners: [UInt64: AsyncStream<NumberedEvent>.Continuation] = [:]
    private var nextListener: UInt64 = 0

    public init() {}

    /// - Parameter place: where the journal has what the event tells.
    public func publish(_ event: BridgeEvent, place: Int64? = nil) {
        last += 1
        if let place { lastPlace = max(lastPlace, place) }
        let numbered = NumberedEvent(number: last, event: event, place: lastPlace)
        ring.append(numbered)
        if ring.count > Self.kept { ring.removeFirst(ring.count - Self.kept) }
        for (id, listener) in listeners {
            if case .dropped = listener.yield(numbered) {
                listener.finish()
                listeners[id] = nil
            }
        }
    }

    /// - Parameter number: the last event the listener has seen; `nil` for a new listener, who gets only what comes.
    public func subscribe(after number: UInt64? = nil) -> Subscription {
        let (stream, continuation) = AsyncStream<NumberedEvent>.makeStream(bufferingPolicy: .bufferingOldest(Self.kept))
        let id = nextListener
        nextListener += 1
        listeners[id] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.remove(id) }
        }
        let end: @Sendable () -> Void = { continuation.finish() }
        guard let number else { return Subscription(missed: [], gap: false, last: last, place: lastPlace, events: stream, end: end) }
        // A number from before a restart is larger than any of ours: that too is a gap.
        let first = ring.first?.number ?? last + 1
        let gap = number > last || number + 1 < first
        let missed = gap ? [] : ring.filter { $0.number > number }
        return Subscription(missed: missed, gap: gap, last: last, place: lastPlace, events: stream, end: end)
    }

    /// Up to here the history was told before this run.
    public func begin(at place: Int64) { lastPlace = max(lastPlace, place) }

    /// How many listen now.
    public var listenerCount: Int { listeners.count }

    private func remove(_ id: UInt64) { listeners[id] = nil }
}
