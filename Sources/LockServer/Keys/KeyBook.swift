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
        /// Ended the keys that the rooms had before; `nil` in what older bridges kept.
        var isNew: Bool?
        var madeAt: Date?
    }

    /// Guests who have checked out, whatever their lock system could do about their keys then. `nil` for the reservation: everybody.
    struct Departure: Sendable, Codable, Hashable {
        var room: String
        var reservation: String?
        var at: Date
    }

    private(set) var entries: [Entry] = []
    /// `nil` in what older bridges kept.
    private var departures: [Departure]?
    /// More than a large hotel has valid cards; the oldest go first.
    private static let capacity = 5_000
    /// Keys older than this are not looked for.
    static let longestStay: TimeInterval = 90 * 86_400

    mutating func add(_ order: KeyOrder, _ receipts: [Receipt], at now: Date) {
        entries.removeAll { $0.until < now }
        // A key that opens once is nobody's for a stay.
        guard order.mode != .oneShot else { return }
        for receipt in receipts {
            entries.append(
                Entry(
                    rooms: order.lockIds, reservation: order.reservationNumber, from: order.validFrom, until: order.validUntil,
                    serial: receipt.serial, isNew: order.mode == .new, madeAt: now))
        }
        if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
    }

    /// The latest end of the cards of a room, of one reservation where one is named; `nil`: none is known to open now.
    func end(of room: String, reservation: String?, at now: Date) -> Date? {
        entries.filter { $0.rooms.contains(room) && (reservation == nil || $0.reservation == reservation) && $0.until > now }.map(\.until)
            .max()
    }

    /// A reservation has checked out, or all of the room (`nil`); its keys may still open.
    mutating func leave(_ room: String, _ reservation: String?, at now: Date) {
        var departures = (departures ?? []).filter { now.timeIntervalSince($0.at) < Self.longestStay }
        departures.removeAll { $0.room == room && $0.reservation == reservation }
        departures.append(Departure(room: room, reservation: reservation, at: now))
        // Whatever a partner tells: rooms and reservations are its own words.
        self.departures = departures.suffix(Self.capacity)
    }

    /// Whether a key that was made at an instant belongs to a reservation that has checked out since. One without a number may be anybody's.
    func hasLeft(_ room: String, _ reservation: String?, madeAt: Date) -> Bool {
        departures?.contains { $0.room == room && ($0.reservation == nil || $0.reservation == reservation) && $0.at >= madeAt } ?? false
    }

    /// Whether a key of the room opens now whose guest has not checked out. A new key has ended those before it.
    func isHeld(_ room: String, at now: Date) -> Bool {
        let keys = entries.filter { $0.rooms.contains(room) }
        return keys[(keys.lastIndex { $0.isNew == true } ?? keys.startIndex)...].contains {
            $0.until > now && !hasLeft(room, $0.reservation, madeAt: $0.madeAt ?? .distantPast)
        }
    }

    /// The last key that was made on the card with this serial number.
    func key(onCard serial: String) -> Entry? { entries.last { $0.serial == serial } }
}
