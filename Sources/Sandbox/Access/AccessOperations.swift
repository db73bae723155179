// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reservations, resources and access tokens: strict in what they take.
extension PropertyState {
    private static let states: Set<String> = [
        "Inquired", "Confirmed", "Started", "Processed", "Canceled", "Optional", "Requested",
    ]

    func stays(_ fields: inout RequestFields, at moment: Date) throws(ApiRefusal) -> JSONValue {
        let page = try Page(&fields)
        var isNarrow = false
        func set(_ name: String) throws(ApiRefusal) -> Set<String>? {
            let ids = try fields.optionalIdentifiers(name)
            isNarrow = isNarrow || ids != nil
            return ids
        }
        let ids = try set("ReservationIds")
        let services = try set("ServiceIds")
        let enterprises = try set("EnterpriseIds")
        let groups = try set("ReservationGroupIds")
        let rooms = try set("AssignedResourceIds")
        let numbers = try fields.optionalTexts("Numbers").map(Set.init)
        let states = try fields.optionalTexts("States")
        if let unknown = states?.first(where: { !Self.states.contains($0) }) {
            throw .invalid("States", "there is no state \(unknown.prefix(40))")
        }
        let updated = try Span(&fields, "UpdatedUtc")
        let colliding = try Span(&fields, "CollidingUtc")
        let starts = try Span(&fields, "ScheduledStartUtc")
        let ends = try Span(&fields, "ScheduledEndUtc")
        let actualStarts = try Span(&fields, "ActualStartUtc")
        let actualEnds = try Span(&fields, "ActualEndUtc")
        try fields.finish()
        let spans = [updated, colliding, starts, ends, actualStarts, actualEnds]
        guard isNarrow || numbers != nil || spans.contains(where: { $0 != nil }) else {
            throw ApiRefusal(status: 400, message: "At least one filter is expected besides States.")
        }
        let found = hotel.stays.filter { stay in
            ids?.contains(stay.id) ?? true && services?.contains(hotel.id) ?? true && enterprises?.contains(hotel.id) ?? true
                && groups?.contains(stay.groupId) ?? true && rooms.map { stay.spaceId.map($0.contains) ?? false } ?? true
                && numbers?.contains(stay.number) ?? true && states?.contains(stay.state.rawValue) ?? true
                && updated?.contains(stay.updated ?? began) ?? true && colliding?.meets(stay.start, stay.end) ?? true
                && starts?.contains(stay.start) ?? true && ends?.contains(stay.end) ?? true
                && actualStarts.map { span in stay.actualStart.map(span.contains) ?? false } ?? true
                && actualEnds.map { span in stay.actualEnd.map(span.contains) ?? false } ?? true
        }.sorted { $0.id < $1.id }
        let (part, cursor) = try page.cut(found, id: \.id)
        return ["Reservations": .array(part.map { AccessWire.stay($0, of: hotel, began: began) }), "Cursor": .optional(cursor)]
    }

    func resources(_ fields: inout RequestFields) throws(ApiRefusal) -> JSONValue {
        let page = try Page(&fields)
        guard var extent = try fields.optionalObject("Extent") else { throw .invalid("Extent", "it is required") }
        let isAsked = try extent.optionalFlag("Resources") ?? false
        _ = try extent.optionalFlag("Inactive")
        for name in [
            "ResourceCategories", "ResourceCategoryAssignments", "ResourceCategoryImageAssignments", "ResourceFeatures",
            "ResourceFeatureAssignments",
        ] { _ = try extent.optionalFlag(name) }
        try extent.finish(in: "Extent")
        let ids = try fields.optionalIdentifiers("ResourceIds")
        let names = try fields.optionalTexts("Names").map(Set.init)
        _ = try fields.optionalIdentifiers("EnterpriseIds")
        _ = try Span(&fields, "CreatedUtc")
        _ = try Span(&fields, "UpdatedUtc")
        try fields.finish()
        let found = isAsked ? hotel.spaces.filter { ids?.contains($0.id) ?? true && names?.contains($0.number) ?? true } : []
        let (part, cursor) = try page.cut(found.sorted { $0.id < $1.id }, id: \.id)
        return ["Resources": .array(part.map { AccessWire.resource($0, of: hotel, began: began) }), "Cursor": .optional(cursor)]
    }

    func listAccessTokens(_ fields: inout RequestFields, at moment: Date) throws(ApiRefusal) -> JSONValue {
        let page = try Page(&fields)
        let ids = try fields.optionalIdentifiers("ResourceAccessTokenIds")
        let stays = try fields.optionalIdentifiers("ServiceOrderIds")
        _ = try fields.optionalIdentifiers("EnterpriseIds")
        let colliding = try Span(&fields, "CollidingUtc")
        let updated = try Span(&fields, "UpdatedUtc")
        let activity = try fields.optionalTexts("ActivityStates")
        try fields.finish()
        guard ids != nil || stays != nil || colliding != nil || updated != nil else {
            throw ApiRefusal(status: 400, message: "At least one filter is expected.")
        }
        let found = accessTokens.filter { token in
            ids?.contains(token.id) ?? true && stays?.contains(token.stayId) ?? true && colliding?.meets(token.start, token.end) ?? true
                && updated?.contains(token.updated) ?? true
                && activity.map { $0.contains(token.isActive(at: moment) ? "Active" : "Deleted") } ?? true
        }.sorted { $0.id < $1.id }
        let (part, cursor) = try page.cut(found, id: \.id)
        return [
            "ResourceAccessTokens": .array(part.map { AccessWire.token($0, of: hotel, at: moment) }), "Cursor": .optional(cursor),
        ]
    }

    mutating func addAccessTokens(_ fields: inout RequestFields, at moment: Date) throws(ApiRefusal) -> JSONValue {
        let items = try fields.objects("ResourceAccessTokenParameters")
        try fields.finish()
        var made: [AccessToken] = []
        for item in items { made.append(try newToken(item, at: moment)) }
        accessTokens += made
        return ["ResourceAccessTokens": .array(made.map { AccessWire.token($0, of: hotel, at: moment) })]
    }

    private func newToken(_ item: RequestFields, at moment: Date) throws(ApiRefusal) -> AccessToken {
        var item = item
        let stay = try item.identifier("ServiceOrderId")
        guard hotel.stays.contains(where: { $0.id == stay }) else { throw .invalid("ServiceOrderId", "there is no such reservation") }
        let resource = try item.optionalIdentifier("ResourceId")
        if let resource, hotel.space(resource) == nil { throw .invalid("ResourceId", "there is no such resource") }
        let kind = try item.text("Type")
        guard ["PinCode", "RfidTag"].contains(kind) else { throw .invalid("Type", "PinCode or RfidTag is expected") }
        let value = try item.text("Value")
        guard value.count <= 255 else { throw .invalid("Value", "at most 255 characters are expected") }
        let token = AccessToken(
            id: UUID().uuidString.lowercased(), stayId: stay, companionshipId: try item.optionalIdentifier("CompanionshipId"),
            resourceId: resource, kind: kind, value: value, serialNumber: try item.optionalText("SerialNumber"),
            start: try item.moment("ValidityStartUtc"), end: try item.moment("ValidityEndUtc"),
            permissions: try Self.permissions(try item.optionalObject("Permissions"), isNeeded: true) ?? [:], created: moment,
            updated: moment)
        try item.finish(in: "ResourceAccessTokenParameters")
        guard token.start < token.end else { throw .invalid("ValidityEndUtc", "it is not after ValidityStartUtc") }
        return token
    }

    mutating func updateAccessTokens(_ fields: inout RequestFields, at moment: Date) throws(ApiRefusal) -> JSONValue {
        _ = try fields.optionalIdentifier("EnterpriseId")
        let items = try fields.objects("ResourceAccessTokenUpdates")
        try fields.finish()
        var after = accessTokens
        var changed: [AccessToken] = []
        for item in items {
            var item = item
            let id = try item.identifier("ResourceAccessTokenId")
            guard let index = after.firstIndex(where: { $0.id == id }) else {
                throw .invalid("ResourceAccessTokenId", "there is no such token")
            }
            if var box = try item.optionalObject("ValidityStartUtc") { after[index].start = try box.moment("Value") }
            if var box = try item.optionalObject("ValidityEndUtc") { after[index].end = try box.moment("Value") }
            if var box = try item.optionalObject("Value") { after[index].value = try box.text("Value") }
            if let permissions = try Self.permissions(try item.optionalObject("Permissions"), isNeeded: false) {
                after[index].permissions.merge(permissions) { $1 }
            }
            try item.finish(in: "ResourceAccessTokenUpdates")
            guard after[index].start < after[index].end else { throw .invalid("ValidityEndUtc", "it is not after ValidityStartUtc") }
            after[index].updated = moment
            changed.append(after[index])
        }
        accessTokens = after
        return ["ResourceAccessTokens": .array(changed.map { AccessWire.token($0, of: hotel, at: moment) })]
    }

    mutating func deleteAccessTokens(_ fields: inout RequestFields) throws(ApiRefusal) -> JSONValue {
        let ids = try fields.identifiers("Ids", count: 1...1000)
        try fields.finish()
        guard ids.allSatisfy({ id in accessTokens.contains { $0.id == id } }) else { throw .invalid("Ids", "there is no such token") }
        accessTokens.removeAll { ids.contains($0.id) }
        return [:]
    }

    private static func permissions(_ fields: RequestFields?, isNeeded: Bool) throws(ApiRefusal) -> [String: Bool]? {
        guard var fields else {
            if isNeeded { throw .invalid("Permissions", "it is required") }
            return nil
        }
        var found: [String: Bool] = [:]
        for name in AccessToken.permissionNames {
            guard var box = try fields.optionalObject(name) else { continue }
            found[name] = try box.optionalFlag("Value") ?? false
            try box.finish(in: name)
        }
        try fields.finish(in: "Permissions")
        return found
    }
}

/// `Limitation`
private struct Page {
    var count: Int
    var cursor: String?

    init(_ fields: inout RequestFields) throws(ApiRefusal) {
        guard var limitation = try fields.optionalObject("Limitation") else { throw .invalid("Limitation", "it is required") }
        count = try limitation.integer("Count")
        cursor = try limitation.optionalIdentifier("Cursor")
        try limitation.finish(in: "Limitation")
        guard (1...1000).contains(count) else { throw .invalid("Limitation.Count", "1 to 1000 is expected") }
    }

    /// The page behind the cursor, and the cursor of the next one if there is more.
    func cut<Item>(_ items: [Item], id: (Item) -> String) throws(ApiRefusal) -> ([Item], String?) {
        let rest = cursor.map { cursor in items.filter { id($0) > cursor } } ?? items
        let part = Array(rest.prefix(count))
        return (part, rest.count > part.count ? part.last.map(id) : nil)
    }
}

/// A time interval of at most three months.
private struct Span {
    var start: Date
    var end: Date

    init?(_ fields: inout RequestFields, _ name: String) throws(ApiRefusal) {
        guard var box = try fields.optionalObject(name) else { return nil }
        start = try box.moment("StartUtc")
        end = try box.moment("EndUtc")
        try box.finish(in: name)
        guard start <= end else { throw .invalid("\(name).EndUtc", "it is before StartUtc") }
        guard end.timeIntervalSince(start) <= 92 * 86_400 else { throw .invalid(name, "at most three months are expected") }
    }

    func contains(_ moment: Date) -> Bool { start <= moment && moment <= end }
    func meets(_ from: Date, _ until: Date) -> Bool { from <= end && until >= start }
}
