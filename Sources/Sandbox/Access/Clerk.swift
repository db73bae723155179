// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a clerk does to a reservation.
public enum ClerkDeed: Sendable, Equatable {
    case checkIn
    case checkOut
    case undoCheckIn
    case cancel
    /// To a room by name; `nil`: no room is assigned any more.
    case move(room: String?)
    case extend(until: Date)
}

/// A new reservation.
public struct Booking: Sendable, Equatable {
    public var room: String?
    public var start: Date?
    public var end: Date?
    public var isCheckedIn: Bool

    public init(room: String? = nil, start: Date? = nil, end: Date? = nil, isCheckedIn: Bool = false) {
        self.room = room
        self.start = start
        self.end = end
        self.isCheckedIn = isCheckedIn
    }
}

extension PropertyState {
    mutating func clerk(_ deed: ClerkDeed, reservation: String, at moment: Date) throws(ApiRefusal) -> HotelStay {
        guard let index = hotel.stays.firstIndex(where: { $0.id == reservation || $0.number == reservation }) else {
            throw .rule("There is no reservation of that number.")
        }
        var stay = hotel.stays[index]
        switch deed {
        case .checkIn:
            guard stay.state == .confirmed else {
                throw .rule("Reservation \(stay.number) is \(stay.state.rawValue): it cannot be checked in.")
            }
            stay.state = .started
            stay.actualStart = moment
        case .checkOut:
            guard stay.state == .started else {
                throw .rule("Reservation \(stay.number) is \(stay.state.rawValue): it cannot be checked out.")
            }
            stay.state = .processed
            stay.actualEnd = moment
        case .undoCheckIn:
            guard stay.state == .started else { throw .rule("Reservation \(stay.number) is not checked in.") }
            stay.state = .confirmed
            stay.actualStart = nil
        case .cancel:
            guard stay.state == .confirmed else {
                throw .rule("Reservation \(stay.number) is \(stay.state.rawValue): it cannot be cancelled.")
            }
            stay.state = .canceled
        case .move(let room): stay.spaceId = try space(named: room)?.id
        case .extend(let until):
            guard until > stay.start else { throw .rule("Reservation \(stay.number) would end before it begins.") }
            stay.end = until
        }
        // Two changes within one second are told apart.
        stay.updated = max(moment, (stay.updated ?? .distantPast).addingTimeInterval(1))
        hotel.stays[index] = stay
        return stay
    }

    mutating func book(_ booking: Booking, at moment: Date) throws(ApiRefusal) -> HotelStay {
        let start = booking.start ?? moment
        let end = booking.end ?? start.addingTimeInterval(2 * 86_400)
        guard start < end else { throw .rule("The stay would end before it begins.") }
        guard let guest = hotel.guests.first else { throw .rule("The hotel has no guests.") }
        let number = (hotel.stays.compactMap { Int($0.number) }.max() ?? 1000) + 1
        let stay = HotelStay(
            id: UUID().uuidString.lowercased(), groupId: UUID().uuidString.lowercased(), number: String(number),
            state: booking.isCheckedIn ? .started : .confirmed, start: start, end: end, spaceId: try space(named: booking.room)?.id,
            guestId: guest.id, companionIds: [guest.id])
        hotel.stays.append(stay)
        hotel.stays[hotel.stays.count - 1].updated = moment
        if booking.isCheckedIn { hotel.stays[hotel.stays.count - 1].actualStart = moment }
        return hotel.stays[hotel.stays.count - 1]
    }

    private func space(named name: String?) throws(ApiRefusal) -> Space? {
        guard let name else { return nil }
        guard let space = hotel.spaces.first(where: { $0.number == name && $0.kind != .common }) else {
            throw .rule("There is no room \(name.prefix(40)).")
        }
        return space
    }
}
