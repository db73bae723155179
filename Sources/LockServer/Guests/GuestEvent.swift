// SPDX-License-Identifier: Apache-2.0
import Foundation
import Framing

/// What a hotel system tells of a guest, without the name: a second source of who is in house, beside the cloud.
public struct GuestEvent: Sendable, Codable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case checkedIn = "GI"
        case changed = "GC"
        case checkedOut = "GO"
    }

    public var kind: Kind
    /// G#: sharers of a room have one each.
    public var reservation: String
    public var room: String
    /// RO: where the guest moved from.
    public var oldRoom: String?
    /// `YYMMDD`, the hotel's calendar.
    public var arrival: String?
    public var departure: String?
    /// Part of a resynchronisation: it may tell nothing new.
    public var isRepeated: Bool
    /// When it was told; `nil` in what older bridges kept.
    public var at: Date?

    /// `nil` for a record of another kind, or without a reservation and a room.
    init?(_ record: FiasRecord, at now: Date = Date()) {
        guard let kind = Kind(rawValue: record.kind), let reservation = record["G#"], let room = record["RN"], !reservation.isEmpty,
            !room.isEmpty
        else { return nil }
        self.kind = kind
        self.reservation = reservation
        self.room = room
        oldRoom = record["RO"].flatMap { $0.isEmpty ? nil : $0 }
        arrival = record["GA"]
        departure = record["GD"]
        isRepeated = record["SF"] != nil
        at = now
    }
}

/// The last that was told of each reservation: who is in house, and who has left lately, so that all of it can be told again after a start.
public struct GuestBook: Sendable, Codable, Hashable {
    public private(set) var stays: [String: GuestEvent] = [:]
    private static let capacity = 10_000
    /// So long a check-out is told again. Whoever missed it longer than that goes by the end of the stay.
    private static let memory: TimeInterval = 7 * 86_400

    public init() {}

    public var inHouse: [GuestEvent] { stays.values.filter { $0.kind != .checkedOut } }

    /// Keeps an event, with the dates that an earlier one told and this one does not.
    mutating func take(_ event: GuestEvent) {
        var event = event
        event.arrival = event.arrival ?? stays[event.reservation]?.arrival
        event.departure = event.departure ?? stays[event.reservation]?.departure
        if event.kind == .checkedOut, let now = event.at {
            stays = stays.filter { $1.kind != .checkedOut || now.timeIntervalSince($1.at ?? .distantPast) < Self.memory }
        }
        if stays.count < Self.capacity || stays[event.reservation] != nil { stays[event.reservation] = event }
    }
}
