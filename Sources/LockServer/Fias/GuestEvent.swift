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

    /// `nil` for a record of another kind, or without a reservation and a room.
    init?(_ record: FiasRecord) {
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
    }
}

/// Who is in house, by reservation, from the events so far.
public struct GuestBook: Sendable, Codable, Hashable {
    public private(set) var stays: [String: GuestEvent] = [:]
    private static let capacity = 10_000

    public init() {}

    mutating func take(_ event: GuestEvent) {
        switch event.kind {
        case .checkedOut: stays[event.reservation] = nil
        case .checkedIn, .changed: if stays.count < Self.capacity || stays[event.reservation] != nil { stays[event.reservation] = event }
        }
    }
}
