// SPDX-License-Identifier: Apache-2.0

/// What a WebSocket message tells. Only ids and states: the data is to be fetched.
enum PropertyEvent {
    static func deviceCommand(_ command: DeviceCommand) -> JSONValue {
        ["Type": "DeviceCommand", "Id": .string(command.id), "State": .string(command.state.rawValue)]
    }

    static func reservation(_ stay: HotelStay) -> JSONValue {
        [
            "Type": "Reservation", "Id": .string(stay.id), "State": .string(stay.state.rawValue),
            "StartUtc": .string(UtcTime.text(stay.start)), "EndUtc": .string(UtcTime.text(stay.end)),
            "AssignedResourceId": .optional(stay.spaceId),
        ]
    }

    /// Events that a key bridge has no use for, the last of a kind that no documentation knows.
    static func unrelated(of hotel: Hotel) -> [JSONValue] {
        var events: [JSONValue] = []
        if let stay = hotel.stays.first {
            events.append(reservation(stay))
        }
        if let space = hotel.spaces.first {
            events.append(["Type": "Resource", "Id": .string(space.id), "State": "Dirty"])
        }
        events.append(["Type": "PriceUpdate", "Id": .string(hotel.id), "StartUtc": nil, "EndUtc": nil, "RateId": nil])
        events.append(["Type": "SomethingNew", "Id": .string(hotel.id), "Detail": ["Nested": true]])
        return events
    }

    /// One message; several events may share it.
    static func message(_ events: [JSONValue]) -> String {
        String(decoding: (["Events": .array(events)] as JSONValue).encoded, as: UTF8.self)
    }
}
