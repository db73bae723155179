// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Whether a key replaces the keys before it or joins them.
public enum KeyMode: String, Sendable, Codable, CaseIterable {
    /// Cancels the keys that were made for the room before.
    case new
    /// Opens beside the keys that exist ("duplicate", "additional").
    case copy
    /// Opens once, for somebody who is shown a room or carries luggage there. Never to become a key that lasts.
    case oneShot = "one-shot"
}

/// What a PMS or a local program asks for: keys for locks, valid from one instant to another. Times are instants (UTC);
/// a driver that needs the hotel's clock converts them with the property's time zone, never with the host's.
public struct KeyOrder: Sendable, Codable, Hashable {
    /// Most copies one job may ask for: a group's room. Where a protocol's message has one digit for the count, the driver sends several.
    public static let maximumCopies = 50

    /// Names of the locks or rooms as the lock system knows them; the first is the guest's own room.
    public var lockIds: [String]
    public var validFrom: Date
    public var validUntil: Date
    public var copies: Int
    public var mode: KeyMode
    /// Shown on some receipts and card prints; never logged, scrubbed from the journal when the job ends.
    public var guestName: String?
    public var reservationNumber: String?
    /// Finished content for a raw encoder, made by another system. `nil` for lock-maker encoders.
    public var cardImage: CardImage?

    public init(
        lockIds: [String], validFrom: Date, validUntil: Date, copies: Int = 1, mode: KeyMode = .new,
        guestName: String? = nil, reservationNumber: String? = nil, cardImage: CardImage? = nil
    ) {
        self.lockIds = lockIds
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.copies = copies
        self.mode = mode
        self.guestName = guestName
        self.reservationNumber = reservationNumber
        self.cardImage = cardImage
    }

    /// Only `lockIds`, `validFrom` and `validUntil` must be there: one new key is what most callers want.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        lockIds = try values.decode([String].self, forKey: .lockIds)
        validFrom = try values.decode(Date.self, forKey: .validFrom)
        validUntil = try values.decode(Date.self, forKey: .validUntil)
        copies = try values.decodeIfPresent(Int.self, forKey: .copies) ?? 1
        mode = try values.decodeIfPresent(KeyMode.self, forKey: .mode) ?? .new
        guestName = try values.decodeIfPresent(String.self, forKey: .guestName)
        reservationNumber = try values.decodeIfPresent(String.self, forKey: .reservationNumber)
        cardImage = try values.decodeIfPresent(CardImage.self, forKey: .cardImage)
    }

    /// Why no encoder could carry this order out, in words for whoever made it; `nil` when it makes sense.
    public func objection() -> Objection? {
        if lockIds.isEmpty { return Objection("the order names no lock: give at least one lock id", .noRoom) }
        if lockIds.contains(where: { $0.trimmingCharacters(in: .whitespaces).isEmpty }) {
            return Objection("one of the lock ids is empty", .noRoom)
        }
        if copies < 1 { return Objection("the order asks for \(copies) keys: ask for at least one", .wrongCount) }
        if copies > Self.maximumCopies {
            return Objection("the order asks for \(copies) keys: at most \(Self.maximumCopies) go into one job", .wrongCount)
        }
        if validUntil <= validFrom { return Objection("the key would end before it begins: check the dates of the stay", .wrongDates) }
        return nil
    }

    /// The order without what concerns the guest or opens a door, for keeping after the job has ended.
    public func scrubbed() -> KeyOrder {
        var order = self
        order.guestName = nil
        order.cardImage = nil
        return order
    }
}
