// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// Whose tokens are looked at next. No I/O.
///
/// A handful of reservations goes to the PMS in one request of each kind, so one that the PMS refuses fails them all: the handful is halved
/// until that one stands alone. It is tried by itself from then on, less and less often, and the others go on. Only when several fail alone
/// one after the other, or the PMS cannot be reached, does everything wait.
struct TokenRounds: Sendable {
    enum Next: Sendable, Hashable {
        case nothing
        /// Nothing may be asked before this time.
        case wait(until: Duration)
        case settle([StayID])
    }

    /// A reservation that the PMS refused alone.
    struct Refusal: Sendable, Hashable {
        var sentence: String
        var since: Date
        fileprivate var tries = 0
        fileprivate var heldUntil: Duration = .zero
    }

    static let handful = 100
    /// Reservations that fail alone in a row after which it is not theirs.
    static let enough = 2
    private static let firstPause: Duration = .seconds(1)
    /// Of everything, and of one reservation.
    private static let longestPause: Duration = .seconds(30)
    private static let longestRest: Duration = .seconds(300)

    private(set) var refusals: [StayID: Refusal] = [:]
    private var size = TokenRounds.handful
    private var heldUntil: Duration = .zero
    /// In a row: of everything, and of reservations that were not known to be refused.
    private var failures = 0
    private var refusedInARow = 0

    private static func pause(_ attempt: Int, atMost longest: Duration) -> Duration {
        min(longest, firstPause * (1 << min(max(attempt - 1, 0), 20)))
    }

    func next(of stays: Set<StayID>, at now: Duration) -> Next {
        guard !stays.isEmpty else { return .nothing }
        if heldUntil > now { return .wait(until: heldUntil) }
        let free = stays.filter { refusals[$0] == nil }
        guard free.isEmpty else { return .settle(Array(free.sorted().prefix(size))) }
        let soonest = stays.compactMap { id in refusals[id].map { (until: $0.heldUntil, id: id) } }.min { $0 < $1 }
        return soonest.map { $0.until > now ? .wait(until: $0.until) : .settle([$0.id]) } ?? .nothing
    }

    /// - Parameter wasAsked: whether the PMS was needed for it.
    mutating func settled(_ stays: [StayID], wasAsked: Bool) {
        for id in stays { refusals[id] = nil }
        guard wasAsked else { return }
        if refusedInARow >= Self.enough {
            // They may have failed with everything else.
            for id in refusals.keys { refusals[id]?.heldUntil = .zero }
        }
        (failures, refusedInARow, size) = (0, 0, Self.handful)
    }

    /// - Returns: whether it is, or may be, everybody's trouble.
    mutating func failed(_ stays: [StayID], _ fault: AccessSourceFault, at now: Duration, date: Date) -> Bool {
        guard fault.mayBeOfOneRequest else {
            failures += 1
            heldUntil = now + (fault.retryAfter ?? Self.pause(failures, atMost: Self.longestPause))
            return true
        }
        guard stays.count == 1 else {
            size = max(1, stays.count / 2)
            heldUntil = now + (fault.retryAfter ?? Self.firstPause)
            return true
        }
        if refusals[stays[0]] == nil { refusedInARow += 1 }
        var refusal = refusals[stays[0]] ?? Refusal(sentence: "", since: date)
        refusal.sentence = fault.description
        refusal.tries += 1
        refusal.heldUntil = now + max(fault.retryAfter ?? .zero, Self.pause(refusal.tries, atMost: Self.longestRest))
        refusals[stays[0]] = refusal
        guard refusedInARow >= Self.enough else { return false }
        heldUntil = now + Self.pause(refusedInARow - Self.enough + 1, atMost: Self.longestPause)
        return true
    }
}
