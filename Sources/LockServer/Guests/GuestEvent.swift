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
    /// When the guest was checked in, where this link heard it happen; `nil`: it was only told again, or an older bridge kept it.
    public var checkedInAt: Date?

    /// `nil` for a record of another kind, or without a reservation and a room.
    init?(_ record: FiasRecord, at now: Date = Date()) {
        guard let kind = Kind(rawValue: record.kind), let reservation = record.name("G#"), let room = record.name("RN") else {
            return nil
        }
        self.kind = kind
        self.reservation = reservation
        self.room = room
        oldRoom = record.name("RO")
        arrival = record["GA"]
        departure = record["GD"]
        isRepeated = record["SF"] != nil
        at = now
        checkedInAt = kind == .checkedIn && !isRepeated ? now : nil
    }
}

/// The last that was told of each reservation: who is in house, and who has left lately, so that all of it can be told again after a start.
public struct GuestBook: Sendable, Codable, Hashable {
    public private(set) var stays: [String: GuestEvent] = [:]
    private static let capacity = 10_000
    /// So long a check-out is told again. Whoever missed it longer than that goes by the end of the stay.
    private static let memory: TimeInterval = 7 * 86_400

    /// What is told later is newer by at least this.
    private static let step: TimeInterval = 0.001

    public init() {}

    public var inHouse: [GuestEvent] { stays.values.filter { $0.kind != .checkedOut } }

    /// Keeps an event, with the dates that an earlier one told and this one does not.
    /// - Returns: whether there was room for it.
    @discardableResult
    mutating func take(_ event: GuestEvent) -> Bool {
        var event = event
        let old = stays[event.reservation]
        event.arrival = event.arrival ?? old?.arrival
        event.departure = event.departure ?? old?.departure
        // A guest who had left and comes again is checked in anew.
        if let old, old.kind != .checkedOut { event.checkedInAt = old.checkedInAt ?? (event.kind == .checkedIn ? event.checkedInAt : nil) }
        // The wall clock was set back meanwhile: what was told later counts all the same, and a check-out must.
        if let before = old?.at, let at = event.at, at <= before { event.at = before.addingTimeInterval(Self.step) }
        if event.kind == .checkedOut, let now = event.at {
            stays = stays.filter { $1.kind != .checkedOut || now.timeIntervalSince($1.at ?? .distantPast) < Self.memory }
        }
        if old == nil, stays.count >= Self.capacity { makeRoom(before: event.at ?? Date()) }
        guard old != nil || stays.count < Self.capacity else { return false }
        stays[event.reservation] = event
        return true
    }

    /// Drops one that is long past: a guest who has left, else one whose departure nobody told and whose last day is over for a week.
    private mutating func makeRoom(before now: Date) {
        func oldest(_ events: some Sequence<GuestEvent>) -> GuestEvent? {
            events.min { ($0.at ?? .distantPast) < ($1.at ?? .distantPast) }
        }
        let time = HotelTime(zone: .gmt)
        func isPast(_ event: GuestEvent) -> Bool {
            event.departure.flatMap { time.instant(date: $0, hour: 23, minute: 59) }.map { $0 < now.addingTimeInterval(-Self.memory) }
                ?? false
        }
        let past = oldest(stays.values.filter { $0.kind == .checkedOut }) ?? oldest(stays.values.filter(isPast))
        if let past { stays[past.reservation] = nil }
    }
}
