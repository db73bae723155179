// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What an idle encoder must be asked, and when. A value: the session waits until ``next`` and then does what is ``due(at:)``.
struct IdleWatch: Sendable, Hashable {
    enum Duty: Sendable, Hashable {
        /// Look which card lies there.
        case look
        /// Ask whether it is still alive.
        case health
    }

    private var lookEvery: Duration?
    private var healthEvery: Duration?
    private var nextLook: ContinuousClock.Instant?
    private var nextHealth: ContinuousClock.Instant?
    private let looks: Bool
    private var failedLooks = 0
    private static let firstPatience: Duration = .milliseconds(500)
    private static let lastPatience: Duration = .seconds(30)

    /// Asks for nothing.
    init() { looks = false }

    /// The first look is at once, so that a card that lay there before is known.
    init(presence: PresenceWatch, healthCheck: Duration?, from now: ContinuousClock.Instant) {
        looks = presence != .none
        if case .polled(let every) = presence { lookEvery = every }
        healthEvery = healthCheck
        nextLook = looks ? now : nil
        nextHealth = healthCheck.map { now + $0 }
    }

    /// When something is due next; `nil`: never.
    var next: ContinuousClock.Instant? {
        switch (nextLook, nextHealth) {
        case (let look?, let health?): min(look, health)
        case (let look, let health): look ?? health
        }
    }

    /// What is due, which then counts as done.
    mutating func due(at now: ContinuousClock.Instant) -> Duty? {
        if let nextLook, nextLook <= now {
            self.nextLook = lookEvery.map { now + $0 }
            // A look is a sign of life.
            nextHealth = healthEvery.map { now + $0 }
            return .look
        }
        if let nextHealth, nextHealth <= now {
            self.nextHealth = healthEvery.map { now + $0 }
            return .health
        }
        return nil
    }

    /// The encoder said that something changed.
    mutating func lookNow(at now: ContinuousClock.Instant) {
        failedLooks = 0
        if looks { nextLook = now }
    }

    /// The card that lies there could not be asked, as while it is just put on. An encoder that tells of changes will not tell again, so
    /// somebody has to ask again, less and less often.
    mutating func lookFailed(at now: ContinuousClock.Instant) {
        guard looks, nextLook == nil else { return }
        nextLook = now + min(Self.firstPatience * (1 << min(failedLooks, 8)), Self.lastPatience)
        failedLooks += 1
    }

    /// It is known what lies there.
    mutating func lookSucceeded() { failedLooks = 0 }

    /// A task has talked to the encoder: it is alive, and its card may be another one.
    mutating func taskEnded(at now: ContinuousClock.Instant) {
        failedLooks = 0
        if looks { nextLook = now }
        nextHealth = healthEvery.map { now + $0 }
    }
}
