// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a lock system is told of keys that it has made. No card is involved and none is made.
public enum StayNotice: Sendable, Hashable {
    /// The word for each at the endpoint and in logs.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case checkOut = "check-out"
        case keyChange = "key-change"

        /// What an encoder's lock system must be able to take.
        public var capability: EncoderCapability {
            switch self {
            case .checkOut: .checkOut
            case .keyChange: .keyChange
            }
        }
    }

    /// The guests have left: all keys of the room, or those of one reservation, are to open no more.
    case checkOut(room: String, reservation: String?)
    case keyChange(KeyChange)

    public var kind: Kind {
        switch self {
        case .checkOut: .checkOut
        case .keyChange: .keyChange
        }
    }

    /// The keys that are meant, as the journal knows them: the room that they were made for, and the reservation.
    public var keys: (room: String, reservation: String?) {
        switch self {
        case .checkOut(let room, let reservation): (room, reservation)
        case .keyChange(let change): (change.oldRoom ?? change.room, change.reservationNumber)
        }
    }

    /// Why no lock system could do anything with it; `nil` when it makes sense.
    public func objection() -> Objection? {
        switch self {
        case .checkOut(let room, _): room.isBlank ? Objection("the check-out names no room", .noRoom) : nil
        case .keyChange(let change): change.objection()
        }
    }
}

/// The guests of a reservation keep their cards, which are to open another room or until another time.
public struct KeyChange: Sendable, Hashable {
    public var room: String
    /// A lock system knows by it whose keys are meant.
    public var reservationNumber: String
    /// Where they moved from; `nil`: they did not move.
    public var oldRoom: String?
    /// The new end; `nil`: the old one stays.
    public var validUntil: Date?

    public init(room: String, reservationNumber: String, oldRoom: String? = nil, validUntil: Date? = nil) {
        self.room = room
        self.reservationNumber = reservationNumber
        self.oldRoom = oldRoom
        self.validUntil = validUntil
    }

    func objection() -> Objection? {
        if room.isBlank || oldRoom?.isBlank == true { return Objection("the change names no room", .noRoom) }
        if reservationNumber.isBlank { return Objection("the change needs the number of the reservation: by it the keys are known") }
        if oldRoom == nil, validUntil == nil { return Objection("nothing is to be changed: name the old room, the new end or both") }
        return nil
    }
}

extension String {
    fileprivate var isBlank: Bool { trimmingCharacters(in: .whitespaces).isEmpty }
}
