// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Builds a command's `Data` from the stay, in each of the forms that the API has had.
enum DeviceCommandData {
    static func make(for stay: HotelStay, on keyCutter: KeyCutter, keys: Int, in hotel: Hotel) -> JSONValue {
        keyCutter.form == .visiOnline2015
            ? visiOnline(for: stay, on: keyCutter, keys: keys, in: hotel)
            : today(for: stay, on: keyCutter, keys: keys, in: hotel)
    }

    private static func today(for stay: HotelStay, on keyCutter: KeyCutter, keys: Int, in hotel: Hotel) -> JSONValue {
        let guest = hotel.guest(stay.guestId)
        var data: [String: JSONValue] = [
            "KeyCutterId": .string(keyCutter.identifier),
            "ApiUrl": .optional(keyCutter.apiUrl),
            "KeyCutterData": .optional(keyCutter.dataJson),
            "KeyCount": .integer(keys),
            "LockIds": .array(hotel.lockIds(for: stay).map(JSONValue.string)),
            "StartUtc": .string(UtcTime.text(stay.start)),
            "EndUtc": .string(UtcTime.text(stay.end)),
            "FirstName": .optional(guest?.firstName),
            "LastName": .string(guest?.lastName ?? ""),
            "NormalizedFirstName": .optional(NormalizedName.of(guest?.firstName)),
            "NormalizedLastName": .optional(NormalizedName.of(guest?.lastName)),
            "Telephone": .optional(guest?.phone),
            "Email": .optional(guest?.email),
            "ReservationId": .string(stay.id),
            "ReservationNumber": .string(stay.number),
        ]
        if keyCutter.form == .hiddenFields {
            data["UserName"] = .optional(keyCutter.userName)
            data["Password"] = .optional(keyCutter.password)
            data["KeyMode"] = .optional(keyCutter.keyMode)
            data["ExternalRequestIdentifier"] = .optional(keyCutter.externalRequestIdentifier)
        }
        return .object(data)
    }

    private static func visiOnline(for stay: HotelStay, on keyCutter: KeyCutter, keys: Int, in hotel: Hotel) -> JSONValue {
        [
            "ApiUrl": .string(keyCutter.apiUrl ?? ""),
            "UserName": .string(keyCutter.userName ?? ""),
            "Password": .string(keyCutter.password ?? ""),
            "KeyCutterId": .string(keyCutter.identifier),
            "LockIds": .array(hotel.lockIds(for: stay).map(JSONValue.string)),
            "ValidityStartUtc": .string(UtcTime.text(stay.start)),
            "ValidityEndUtc": .string(UtcTime.text(stay.end)),
            "KeyCount": .integer(keys),
            "Reservation": Wire.reservation(stay, of: hotel),
        ]
    }
}
