// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The hotel's things as the API writes them.
enum Wire {
    static func command(_ command: DeviceCommand) -> JSONValue {
        [
            "Id": .string(command.id),
            "State": .string(command.state.rawValue),
            "CreatedUtc": .string(UtcTime.text(command.createdAt)),
            "Creator": command.creator == .user ? ["FirstName": "Front", "LastName": "Desk", "ImageUrl": nil] : nil,
            "Device": device(command.keyCutter),
            "Data": command.data,
        ]
    }

    static func device(_ keyCutter: KeyCutter) -> JSONValue {
        [
            "Id": .string(keyCutter.id), "Type": .string(keyCutter.deviceType), "Name": .string(keyCutter.name),
            "Identifier": .string(keyCutter.identifier),
        ]
    }

    static func space(_ space: Space) -> JSONValue {
        [
            "Id": .string(space.id), "Type": .string(space.kind.rawValue), "Number": .string(space.number),
            "ParentSpaceId": .optional(space.parentId), "CategoryId": .string(space.categoryId), "State": .string(space.state),
        ]
    }

    static func category(_ category: SpaceCategory) -> JSONValue {
        ["Id": .string(category.id), "Name": .string(category.name), "ShortName": .optional(category.shortName)]
    }

    static func guest(_ guest: Guest) -> JSONValue {
        [
            "Id": .string(guest.id), "FirstName": .optional(guest.firstName), "LastName": .string(guest.lastName),
            "Email": .optional(guest.email), "Phone": .optional(guest.phone), "NationalityCode": .optional(guest.nationalityCode),
        ]
    }

    static func reservation(_ stay: HotelStay, of hotel: Hotel) -> JSONValue {
        [
            "Id": .string(stay.id), "GroupId": .string(stay.groupId), "Number": .string(stay.number), "ChannelNumber": nil,
            "ChannelManagerId": nil, "State": .string(stay.state.rawValue), "StartUtc": .string(UtcTime.text(stay.start)),
            "EndUtc": .string(UtcTime.text(stay.end)), "AssignedSpaceId": .optional(stay.spaceId), "BusinessSegmentId": nil,
            "TravelAgencyId": nil, "Customer": hotel.guest(stay.guestId).map(guest) ?? nil,
            "Companions": .array(stay.companionIds.compactMap(hotel.guest).map(guest)),
        ]
    }

    /// The enterprise of configuration/get: the fields that its schema requires, with plain values where the sandbox has none.
    static func enterprise(_ hotel: Hotel, timeZone: String? = nil) -> JSONValue {
        [
            "Id": .string(hotel.id), "ExternalIdentifier": nil, "HoldingKey": nil, "ChainId": .string(hotel.id),
            "ChainName": .string(hotel.name), "CreatedUtc": "2026-01-01T00:00:00Z", "UpdatedUtc": "2026-01-01T00:00:00Z",
            "Name": .string(hotel.name), "TimeZoneIdentifier": .string(timeZone ?? hotel.timeZone), "LegalEnvironmentCode": "CZ",
            "AccommodationEnvironmentCode": "CZ", "AccountingEnvironmentCode": "CZ", "TaxEnvironmentCode": "CZ",
            "DefaultLanguageCode": "en-GB", "EditableHistoryInterval": "P0M7DT0H0M0S", "AccountingEditableHistoryInterval": "P0M7DT0H0M0S",
            "OperationalEditableHistoryInterval": "P0M7DT0H0M0S", "Pricing": "Gross", "GroupNames": [], "AddressId": .string(hotel.id),
            "Address": [
                "Line1": "Sandkasten 1", "Line2": nil, "City": "Praha", "PostalCode": "110 00", "CountryCode": "CZ",
                "CountrySubdivisionCode": nil, "Latitude": nil, "Longitude": nil,
            ],
            "Currencies": [["Currency": .string(hotel.currency), "IsDefault": true, "IsEnabled": true]],
            "Subscription": ["TaxIdentifier": nil],
        ]
    }

    /// The balance of customers/getBalance.
    static func balance(_ guest: Guest, of hotel: Hotel) -> JSONValue {
        ["Currency": .string(hotel.currency), "Value": .number(guest.balance)]
    }
}
