// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the journal knows of a card that was cut here: the order it was cut for, and what came after it.
public struct CardHistory: Sendable, Codable, Hashable {
    public var order: EndedJob
    /// A new key (not a further one) was cut for the same first room afterwards: locks then refuse the older card.
    public var isReplaced: Bool

    public init(order: EndedJob, isReplaced: Bool) {
        self.order = order
        self.isReplaced = isReplaced
    }

    /// - Parameter later: jobs that were accepted behind that order, in any sequence.
    public init(order: EndedJob, later: [EndedJob]) {
        self.order = order
        isReplaced = later.contains {
            $0.job != order.job && $0.state == .done && $0.mode == .new && $0.rooms.first == order.rooms.first
                && $0.finishedAt >= order.finishedAt
        }
    }

    /// What is wrong with the card now, as sentences; `cardRight` alone when nothing is.
    public func verdict(at now: Date) -> [WordKey] {
        var keys: [WordKey] = []
        if order.state != .done { keys.append(.cardNotFinished) }
        if isReplaced { keys.append(.cardReplaced) }
        if order.validUntil <= now { keys.append(.cardOver) }
        return keys.isEmpty ? [.cardRight] : keys
    }
}
