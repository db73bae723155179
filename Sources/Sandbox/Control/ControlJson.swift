// SPDX-License-Identifier: Apache-2.0

/// The sandbox's own view of things, for the control API.
enum ControlJson {
    static func command(_ command: DeviceCommand) -> JSONValue {
        [
            "Id": .string(command.id), "State": .string(command.state.rawValue), "CreatedUtc": .string(UtcTime.text(command.createdAt)),
            "KeyCutter": .string(command.keyCutter.name), "Reservation": .string(command.reservationNumber),
            "KeyCount": .integer(command.keyCount), "Notes": .optional(command.notes),
            "Progress": command.progress.map(JSONValue.number) ?? .null, "Data": command.data,
            "History": .array(command.history.map(update)),
        ]
    }

    private static func update(_ update: DeviceCommand.Update) -> JSONValue {
        [
            "AtUtc": .string(UtcTime.text(update.at)), "State": .string(update.state.rawValue),
            "Progress": update.progress.map(JSONValue.number) ?? .null, "Notes": .optional(update.notes),
            "Ignored": .array(update.ignored.map(JSONValue.string)), "By": .string(name(of: update.author)),
        ]
    }

    /// How the page and the JSON call an author.
    static func name(of author: DeviceCommand.Author) -> String {
        switch author {
        case .user: "user"
        case .client(let name): name
        }
    }

    static func request(_ request: HandledRequest) -> JSONValue {
        [
            "AtUtc": .string(UtcTime.text(request.at)), "Operation": .string(request.operation.rawValue),
            "Client": .optional(request.client), "Status": request.status.map(JSONValue.integer) ?? .null, "Done": .bool(request.done),
        ]
    }

    static func hotel(_ hotel: Hotel) -> JSONValue {
        [
            "Id": .string(hotel.id), "Name": .string(hotel.name), "TimeZoneIdentifier": .string(hotel.timeZone),
            "Tokens": [
                "ClientToken": .string(hotel.tokens.client), "AccessToken": .string(hotel.tokens.access),
                "ConnectorToken": .string(hotel.tokens.connector),
            ],
            "Spaces": .array(hotel.spaces.map(Wire.space)), "KeyCutters": .array(hotel.keyCutters.map(Wire.device)),
            "Reservations": .array(
                hotel.stays.map { stay in
                    guard case .object(var members) = Wire.reservation(stay, of: hotel) else { return .null }
                    members["LockIds"] = .array(hotel.lockIds(for: stay).map(JSONValue.string))
                    return .object(members)
                }),
        ]
    }
}
