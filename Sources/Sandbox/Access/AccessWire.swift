// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reservations of 2023-06-06, resources and their access tokens as the API writes them: every field that its schema requires.
enum AccessWire {
    static func stay(_ stay: HotelStay, of hotel: Hotel, began: Date) -> JSONValue {
        let start = JSONValue.string(UtcTime.text(stay.start))
        let end = JSONValue.string(UtcTime.text(stay.end))
        let isIn = stay.state == .started
        return [
            "Id": .string(stay.id), "ServiceId": .string(hotel.id), "AccountId": .string(stay.guestId), "AccountType": "Customer",
            "CreatorProfileId": .string(hotel.id), "UpdaterProfileId": .string(hotel.id), "BookerId": nil, "Number": .string(stay.number),
            "State": .string(stay.state.rawValue), "Origin": "Connector", "CommanderOrigin": nil, "OriginDetails": nil,
            "CreatedUtc": .string(UtcTime.text(began)), "UpdatedUtc": .string(UtcTime.text(stay.updated ?? began)),
            "CancelledUtc": stay.state == .canceled ? .optional(stay.updated.map(UtcTime.text)) : nil, "VoucherId": nil,
            "BusinessSegmentId": nil,
            "Options": [
                "OwnerCheckedIn": .bool(isIn), "AllCompanionsCheckedIn": .bool(isIn), "AnyCompanionCheckedIn": .bool(isIn),
                "ConnectorCheckIn": false,
            ],
            "RateId": .string(hotel.id), "CreditCardId": nil, "GroupId": .string(stay.groupId),
            "RequestedResourceCategoryId": .string(hotel.space(stay.spaceId)?.categoryId ?? hotel.categories.first?.id ?? hotel.id),
            "AssignedResourceId": .optional(stay.spaceId), "AvailabilityBlockId": nil, "PartnerCompanyId": nil, "TravelAgencyId": nil,
            "AssignedResourceLocked": false, "ChannelNumber": nil, "ChannelManagerNumber": nil, "CancellationReason": nil,
            "ReleasedUtc": nil, "StartUtc": start, "EndUtc": end, "ScheduledStartUtc": start,
            "ActualStartUtc": .optional(stay.actualStart.map(UtcTime.text)), "ScheduledEndUtc": end,
            "ActualEndUtc": .optional(stay.actualEnd.map(UtcTime.text)), "Purpose": nil, "QrCodeData": nil,
            "PersonCounts": [["AgeCategoryId": .string(hotel.id), "Count": 1]],
        ]
    }

    /// A bed is an `Object` with the room as its parent, as in the documentation's example.
    static func resource(_ space: Space, of hotel: Hotel, began: Date) -> JSONValue {
        let isBed = space.kind == .bed
        let data: JSONValue =
            isBed
            ? ["Discriminator": "Object", "Value": [:]] : ["Discriminator": "Space", "Value": ["FloorNumber": "", "LocationNotes": ""]]
        return [
            "Id": .string(space.id), "EnterpriseId": .string(hotel.id), "IsActive": true, "ParentResourceId": .optional(space.parentId),
            "Name": .string(space.number), "State": .string(space.state), "Descriptions": [:], "CreatedUtc": .string(UtcTime.text(began)),
            "UpdatedUtc": .string(UtcTime.text(began)), "Data": data, "ExternalNames": [:], "Directions": [:],
        ]
    }

    static func token(_ token: AccessToken, of hotel: Hotel, at moment: Date) -> JSONValue {
        [
            "Id": .string(token.id), "EnterpriseId": .string(hotel.id), "ServiceOrderId": .string(token.stayId),
            "CompanionshipId": .optional(token.companionshipId), "ResourceId": .optional(token.resourceId), "Type": .string(token.kind),
            "Value": .string(token.value), "SerialNumber": .optional(token.serialNumber),
            "ValidityStartUtc": .string(UtcTime.text(token.start)), "ValidityEndUtc": .string(UtcTime.text(token.end)),
            "Permissions": .object(
                Dictionary(uniqueKeysWithValues: AccessToken.permissionNames.map { ($0, .bool(token.permissions[$0] ?? false)) })),
            "CreatedUtc": .string(UtcTime.text(token.created)), "UpdatedUtc": .string(UtcTime.text(token.updated)),
            "IsActive": .bool(token.isActive(at: moment)),
        ]
    }
}
