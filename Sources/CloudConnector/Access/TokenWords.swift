// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// One page of resourceAccessTokens/getAll.
struct TokenPage: Decodable, Sendable {
    var tokens: [PMSToken]
    var cursor: String?

    private enum Key: String, CodingKey {
        case tokens = "ResourceAccessTokens"
        case cursor = "Cursor"
    }

    private struct Item: Decodable, Sendable {
        var token: PMSToken?

        private enum Key: String, CodingKey {
            case id = "Id"
            case stay = "ServiceOrderId"
            case resource = "ResourceId"
            case kind = "Type"
            case serial = "SerialNumber"
            case value = "Value"
            case start = "ValidityStartUtc"
            case end = "ValidityEndUtc"
            case permissions = "Permissions"
            case isActive = "IsActive"
        }
        private struct Permissions: Decodable, Sendable {
            var Bed: Bool?
            var Room: Bool?
            var Building: Bool?
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            // What is no longer valid, and what is neither code nor card, is other people's business.
            let kind = values.lenient(String.self, .kind)
            guard kind == "PinCode" || kind == "RfidTag", values.lenient(Bool.self, .isActive) != false else { return }
            let serial = values.lenient(String.self, .serial)
            let permissions = values.lenient(Permissions.self, .permissions)
            token = PMSToken(
                id: try values.decode(String.self, forKey: .id),
                token: CodeToken(
                    stay: StayID(try values.decode(String.self, forKey: .stay).lowercased()),
                    resource: values.lenient(String.self, .resource).map { ResourceID($0.lowercased()) },
                    value: try values.decode(String.self, forKey: .value),
                    window: Window(
                        start: try values.decode(UTCDate.self, forKey: .start).date, end: try values.decode(UTCDate.self, forKey: .end).date
                    ),
                    opensBed: permissions?.Bed ?? false, opensRoom: permissions?.Room ?? false,
                    opensBuilding: permissions?.Building ?? false,
                    serial: kind == "RfidTag" ? serial ?? "" : nil))
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        tokens = try values.decode([Lossy<Item>].self, forKey: .tokens).compactMap { $0.value?.token }
        cursor = values.lenient(String.self, .cursor)
    }
}

/// The bodies of requests, as the API declares them; what is `nil` is left out.
struct AccessRequest: Encodable, Sendable {
    var ClientToken: String
    var AccessToken: String
    var Client: String
    var Limitation: Limit?
    var Extent: ResourceExtent?
    var UpdatedUtc: Interval?
    var CollidingUtc: Interval?
    var States: [String]?
    var ServiceOrderIds: [String]?
    var ActivityStates: [String]?
    var ResourceAccessTokenParameters: [Addition]?
    var ResourceAccessTokenUpdates: [Update]?
    var Ids: [String]?

    init(_ credentials: Credentials) {
        ClientToken = credentials.clientToken ?? ""
        AccessToken = credentials.accessToken
        Client = credentials.client ?? ""
    }

    struct Limit: Encodable, Sendable {
        var Count = 1000
        var Cursor: String?
    }
    struct ResourceExtent: Encodable, Sendable { var Resources = true }
    struct Interval: Encodable, Sendable {
        var StartUtc: String
        var EndUtc: String
        init(_ start: Date, _ end: Date) {
            StartUtc = UTCText.text(start)
            EndUtc = UTCText.text(end)
        }
    }
    struct Flag: Encodable, Sendable { var Value: Bool }
    struct Text: Encodable, Sendable { var Value: String }
    struct Permissions: Encodable, Sendable {
        var Bed: Flag
        var Room: Flag
        var Floor: Flag
        var Building: Flag

        init(_ token: CodeToken) {
            Bed = Flag(Value: token.opensBed)
            Room = Flag(Value: token.opensRoom)
            Floor = Flag(Value: false)
            Building = Flag(Value: token.opensBuilding)
        }
    }
    struct Addition: Encodable, Sendable {
        var ServiceOrderId: String
        var ResourceId: String?
        var `Type`: String
        var Value: String
        var SerialNumber: String?
        var ValidityStartUtc: String
        var ValidityEndUtc: String
        var Permissions: AccessRequest.Permissions

        init(_ token: CodeToken) {
            ServiceOrderId = token.stay.rawValue
            ResourceId = token.resource?.rawValue
            `Type` = token.serial == nil ? "PinCode" : "RfidTag"
            Value = token.value
            SerialNumber = token.serial
            ValidityStartUtc = UTCText.text(token.window.start)
            ValidityEndUtc = UTCText.text(token.window.end)
            Permissions = AccessRequest.Permissions(token)
        }
    }
    struct Update: Encodable, Sendable {
        var ResourceAccessTokenId: String
        var ValidityStartUtc: Text
        var ValidityEndUtc: Text
        var Permissions: AccessRequest.Permissions

        init(_ found: PMSToken) {
            ResourceAccessTokenId = found.id
            ValidityStartUtc = Text(Value: UTCText.text(found.token.window.start))
            ValidityEndUtc = Text(Value: UTCText.text(found.token.window.end))
            Permissions = AccessRequest.Permissions(found.token)
        }
    }
}
