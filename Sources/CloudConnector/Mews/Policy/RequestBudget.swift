// SPDX-License-Identifier: Apache-2.0

/// Mews allows 200 requests per access token in any 30 seconds. Everything shares this one budget, which plans for less because the
/// count is "best effort" on their side and other programs may use the same token.
struct RequestBudget: Sendable {
    /// Requests planned for one window.
    var limit = 180
    var window: Duration = .seconds(30)

    /// When the last requests were or will be sent, in order; at most `limit` of them.
    private var booked: [Duration] = []
    private var closedUntil: Duration = .zero

    init(limit: Int = 180, window: Duration = .seconds(30)) {
        self.limit = max(1, limit)
        self.window = window
    }

    /// Books the next free place and says how long to wait for it. Places are given in the order of asking.
    mutating func book(at now: Duration) -> Duration {
        var time = max(now, closedUntil)
        if let last = booked.last { time = max(time, last) }
        if booked.count >= limit { time = max(time, booked[booked.count - limit] + window) }
        booked.append(time)
        if booked.count > limit { booked.removeFirst(booked.count - limit) }
        return time - now
    }

    /// Mews said when it wants to hear from us again.
    mutating func close(until time: Duration) { closedUntil = max(closedUntil, time) }
}
