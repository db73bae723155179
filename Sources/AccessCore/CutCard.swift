// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// A card that an encoder of ours has cut for a reservation.
public struct CutCard: Sendable, Hashable {
    /// The room that it opens first.
    public var room: String
    /// Its serial number, if the encoder told it.
    public var serial: String?
    public var validFrom: Date
    public var validUntil: Date

    public init(room: String, serial: String?, validFrom: Date, validUntil: Date) {
        self.room = room
        self.serial = serial
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// The cards of a reservation that open a room: from the newest backwards to the new key that stopped those before it, whoever's it is.
    /// - Parameter jobs: those of the room, of any reservation.
    public static func open(_ room: String, of number: String, among jobs: [Job]) -> [CutCard] {
        var cards: [CutCard] = []
        let keys = jobs.filter { $0.hasCutKeys && $0.order.lockIds.first == room }
        for job in keys.sorted(by: { ($0.receipts.last?.at ?? .distantPast) > ($1.receipts.last?.at ?? .distantPast) }) {
            if job.order.reservationNumber == number {
                cards += job.receipts.map {
                    CutCard(room: room, serial: $0.serial, validFrom: job.order.validFrom, validUntil: job.order.validUntil)
                }
            }
            if job.order.mode == .new { break }
        }
        return cards
    }
}

extension Job {
    /// Whether it made keys that last: whole, in part, or until it was stopped. A key for one opening is none, nor is a test's card.
    public var hasCutKeys: Bool { state.isFinal && !receipts.isEmpty && order.mode != .oneShot && origin != .testCard }
}

/// What became of a reservation, with its rooms by name.
public struct StayChange: Sendable, Hashable {
    public var before: Stay?
    public var stay: Stay
    public var roomBefore: String?
    public var room: String?
    /// Told once more, as after a time without a link: it happened at another time.
    public var isRepeated: Bool

    public init(before: Stay?, stay: Stay, roomBefore: String? = nil, room: String? = nil, isRepeated: Bool = false) {
        self.isRepeated = isRepeated
        self.before = before
        self.stay = stay
        self.roomBefore = roomBefore
        self.room = room
    }

    /// Nothing new: what the journal knew when the bridge started.
    public var isKnown: Bool { before == stay }

    /// Checked in now, and not before. One that the bridge hears of late is no check-in of now: a card for it would surprise the desk.
    public func isCheckIn(at now: Date, within limit: TimeInterval) -> Bool {
        guard stay.state == .started, room != nil, !isRepeated else { return false }
        // Kept before the bridge stopped, maybe in the moment before its card was ordered: only the check-in's own time tells.
        if isKnown { return stay.actualStart.map { abs(now.timeIntervalSince($0)) <= limit } ?? false }
        guard before?.state != .started else { return false }
        return abs(now.timeIntervalSince(stay.actualStart ?? stay.updated)) <= limit
    }

    /// The guest has left the room that he had: checked out, undone, or moved.
    public var leaves: Bool {
        guard before?.state == .started else { return false }
        return stay.state != .started || before?.resource != stay.resource
    }

    /// The end has moved: cards that were cut keep theirs.
    public var endMoved: Bool {
        before?.state == .started && stay.state == .started && before?.scheduledEnd != stay.scheduledEnd
    }
}
