// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The keys that were made through a facade, as far as later questions need them: whose card is this, until when does a room's key open.
/// A value; no names of guests.
struct KeyBook: Sendable, Codable, Hashable {
    struct Entry: Sendable, Codable, Hashable {
        var rooms: [String]
        var reservation: String?
        var from: Date
        var until: Date
        var serial: String?
    }

    private(set) var entries: [Entry] = []
    /// More than a large hotel has valid cards; the oldest go first.
    private static let capacity = 5_000

    mutating func add(_ order: KeyOrder, _ receipts: [Receipt], at now: Date) {
        entries.removeAll { $0.until < now }
        // A key that opens once is nobody's for a stay.
        guard order.mode != .oneShot else { return }
        for receipt in receipts {
            entries.append(
                Entry(
                    rooms: order.lockIds, reservation: order.reservationNumber, from: order.validFrom, until: order.validUntil,
                    serial: receipt.serial))
        }
        if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
    }

    /// The latest end of the cards of a room, of one reservation where one is named; `nil`: none is known to open now.
    func end(of room: String, reservation: String?, at now: Date) -> Date? {
        entries.filter { $0.rooms.contains(room) && (reservation == nil || $0.reservation == reservation) && $0.until > now }.map(\.until)
            .max()
    }

    /// The last key that was made on the card with this serial number.
    func key(onCard serial: String) -> Entry? { entries.last { $0.serial == serial } }
}
