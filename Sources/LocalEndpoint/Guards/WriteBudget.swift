// SPDX-License-Identifier: Apache-2.0

/// How many changes each client may ask for: a program that repeats itself in a loop must not fill the journal and the desk's queue, nor
/// keep the others waiting. Far above what any desk does.
struct WriteBudget {
    static let burst = 2000.0
    static let perSecond = 20.0
    /// Clients that are remembered; names are those of the tokens file.
    private var clients: [String: (left: Double, at: ContinuousClock.Instant)] = [:]

    /// Counts a change.
    /// - Returns: the seconds until the client may ask again; `nil` when it may now.
    mutating func spend(_ client: String, at now: ContinuousClock.Instant) -> Int? {
        let before = clients[client] ?? (Self.burst, now)
        let left = min(Self.burst, before.left + (now - before.at) / .seconds(1) * Self.perSecond)
        guard left >= 1 else {
            clients[client] = (left, now)
            return max(1, Int(((1 - left) / Self.perSecond).rounded(.up)))
        }
        clients[client] = (left - 1, now)
        return nil
    }
}
