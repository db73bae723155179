// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// The places for connections. When few are left, the connection that has owed a request for the longest time gives up its place, so that
/// clients which connect and say nothing, or say it slowly, cannot keep out those who finish.
final class ConnectionPlaces: Sendable {
    private struct Place {
        let close: @Sendable () -> Void
        /// Since when it owes a whole request; `nil` while it is being answered.
        var owesSince: ContinuousClock.Instant?
    }

    private let limit: Int
    private let places = Mutex<[ObjectIdentifier: Place]>([:])

    init(limit: Int) { self.limit = limit }

    /// One place in eight is kept free.
    private var most: Int { limit - max(1, limit / 8) }

    /// - Parameter close: ends the connection; called at most once, from anywhere.
    func enter(_ id: ObjectIdentifier, at now: ContinuousClock.Instant = .now, close: @escaping @Sendable () -> Void) {
        let gone: Place? = places.withLock { places in
            places[id] = Place(close: close, owesSince: now)
            guard places.count > most else { return nil }
            let owing = places.filter { $0.key != id && $0.value.owesSince != nil }
            guard let slowest = owing.min(by: { ($0.value.owesSince ?? now) < ($1.value.owesSince ?? now) }) else { return nil }
            return places.removeValue(forKey: slowest.key)
        }
        gone?.close()
    }

    /// A whole request has come.
    func asked(_ id: ObjectIdentifier) { places.withLock { $0[id]?.owesSince = nil } }

    /// Its answer has gone: the connection waits for the next request.
    func answered(_ id: ObjectIdentifier, at now: ContinuousClock.Instant = .now) { places.withLock { $0[id]?.owesSince = now } }

    func leave(_ id: ObjectIdentifier) { places.withLock { $0[id] = nil } }

    var count: Int { places.withLock { $0.count } }
}
