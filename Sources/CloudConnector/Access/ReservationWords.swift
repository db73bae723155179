// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// One page of reservations/getAll/2023-06-06.
struct ReservationPage: Decodable, Sendable {
    var stays: [Stay]
    /// Elements without what a stay must have.
    var broken: Int
    var cursor: String?

    private enum Key: String, CodingKey {
        case reservations = "Reservations"
        case cursor = "Cursor"
    }

    private struct Item: Decodable, Sendable {
        var stay: Stay

        private enum Key: String, CodingKey {
            case id = "Id"
            case number = "Number"
            case state = "State"
            case resource = "AssignedResourceId"
            case scheduledStart = "ScheduledStartUtc"
            case scheduledEnd = "ScheduledEndUtc"
            case actualStart = "ActualStartUtc"
            case actualEnd = "ActualEndUtc"
            case updated = "UpdatedUtc"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            stay = Stay(
                id: StayID(try values.decode(String.self, forKey: .id).lowercased()),
                number: values.lenient(LooseText.self, .number)?.text ?? "",
                state: values.lenient(String.self, .state).flatMap(Stay.State.init(rawValue:)) ?? .other,
                resource: values.lenient(String.self, .resource).map { ResourceID($0.lowercased()) },
                scheduledStart: try values.decode(UTCDate.self, forKey: .scheduledStart).date,
                scheduledEnd: try values.decode(UTCDate.self, forKey: .scheduledEnd).date,
                actualStart: values.lenient(UTCDate.self, .actualStart)?.date, actualEnd: values.lenient(UTCDate.self, .actualEnd)?.date,
                updated: try values.decode(UTCDate.self, forKey: .updated).date)
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let items = try values.decode([Lossy<Item>].self, forKey: .reservations)
        stays = items.compactMap { $0.value?.stay }
        broken = items.count - stays.count
        cursor = values.lenient(String.self, .cursor)
    }
}

/// One page of resources/getAll.
struct ResourcePage: Decodable, Sendable {
    var resources: [Resource]
    var cursor: String?

    private enum Key: String, CodingKey {
        case resources = "Resources"
        case cursor = "Cursor"
    }

    private struct Item: Decodable, Sendable {
        var resource: Resource

        private enum Key: String, CodingKey {
            case id = "Id"
            case name = "Name"
            case parent = "ParentResourceId"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            resource = Resource(
                id: ResourceID(try values.decode(String.self, forKey: .id).lowercased()),
                name: try values.decode(LooseText.self, forKey: .name).text,
                parent: values.lenient(String.self, .parent).map { ResourceID($0.lowercased()) })
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        resources = try values.decodeIfPresent([Lossy<Item>].self, forKey: .resources)?.compactMap { $0.value?.resource } ?? []
        cursor = values.lenient(String.self, .cursor)
    }
}
