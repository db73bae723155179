// SPDX-License-Identifier: Apache-2.0

/// Mews allows 200 requests per access token in any 30 seconds. Everything shares this one budget, which plans for less because the
/// count is "best effort" on their side and other programs may use the same token.
struct RequestBudget: Sendable {
    /// What a request is for. What comes later in the list leaves places free for what stands before it: a key that is ordered now must
    /// not wait for the news of a hundred others.
    enum Use: Sendable, CaseIterable {
        /// Signing in, and commands on their way in.
        case orders
        /// A key's ending, which a clerk waits for.
        case endings
        /// Everything that can wait for half a minute.
        case news
    }

    /// Requests planned for one window.
    let limit: Int
    let window: Duration
    /// When the last requests were sent, in order; at most `limit` of them.
    private var sent: [Duration] = []
    private var closedUntil: Duration = .zero

    init(limit: Int = 180, window: Duration = .seconds(30)) {
        self.limit = max(1, limit)
        self.window = window
    }

    /// How many of the window's places this use may fill: all, five sixths, two thirds.
    func share(_ use: Use) -> Int {
        switch use {
        case .orders: limit
        case .endings: max(1, limit * 5 / 6)
        case .news: max(1, limit * 2 / 3)
        }
    }

    /// How long until there is a place; `nil`: there is one now.
    func wait(_ use: Use, at now: Duration) -> Duration? {
        if now < closedUntil { return closedUntil - now }
        let places = share(use)
        guard sent.count >= places else { return nil }
        let free = sent[sent.count - places] + window
        return free > now ? free - now : nil
    }

    /// Takes a place and gives `nil`, or says how long to wait before asking again.
    mutating func take(_ use: Use, at now: Duration) -> Duration? {
        if let wait = wait(use, at: now) { return wait }
        sent.append(now)
        if sent.count > limit { sent.removeFirst(sent.count - limit) }
        return nil
    }

    /// Mews said when it wants to hear from us again.
    mutating func close(until time: Duration) { closedUntil = max(closedUntil, time) }
}
