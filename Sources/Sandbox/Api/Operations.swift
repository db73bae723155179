// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One request on its way through the hotel: checked fields in, an answer out, and which command it changed.
struct Granted: Sendable, Equatable {
    var body: JSONValue
    /// The command that was made or updated; an event about it goes to every socket.
    var changed: DeviceCommand?
}

/// The operations: each takes its fields, refuses what is left over, and does its work.
extension PropertyState {
    /// - Parameter fields: what is left of the request after the tokens were taken.
    mutating func perform(
        _ operation: ConnectorOperation, _ fields: inout RequestFields, caller: Caller, at moment: Date
    ) throws(ApiRefusal) -> Granted {
        switch operation {
        case .signIn:
            try fields.finish()
            let enterprise: JSONValue = ["Id": .string(hotel.id), "Name": .string(hotel.name)]
            return Granted(body: ["AccessToken": .string(signIn()), "Enterprise": enterprise])
        case .spaces:
            try fields.finish()
            return Granted(
                body: [
                    "Spaces": .array(hotel.spaces.map(Wire.space)), "SpaceCategories": .array(hotel.categories.map(Wire.category)),
                ])
        case .reservations: return try reservations(&fields)
        case .balance:
            let id = try fields.identifier("CustomerId")
            try fields.finish()
            guard let guest = hotel.guest(id) else { throw .invalid("CustomerId", "there is no such customer") }
            return Granted(body: Wire.balance(guest, of: hotel))
        case .configuration:
            _ = try fields.optionalIdentifier("EnterpriseId")
            try fields.finish()
            return Granted(
                body: [
                    "NowUtc": .string(UtcTime.text(moment)), "Enterprise": Wire.enterprise(hotel, timeZone: timeZoneSaid), "Service": nil,
                    "PaymentCardStorage": nil, "IsIdentityDocumentNumberRequired": false,
                ])
        case .devices:
            try fields.finish()
            return Granted(body: ["Devices": .array(hotel.keyCutters.map(Wire.device))])
        case .activeCommands:
            try fields.finish()
            return Granted(body: listed(Array(commands.filter { $0.state.isActive && isListed($0) }.reversed()), dialect: caller.dialect))
        case .commandsByIds: return try commandsByIds(&fields, caller: caller)
        case .updateCommand: return try updateCommand(&fields, caller: caller, at: moment)
        case .addKeyCutter: return try addKeyCutter(&fields, caller: caller, at: moment)
        case .stays: return Granted(body: try stays(&fields, at: moment))
        case .resources: return Granted(body: try resources(&fields))
        case .accessTokens: return Granted(body: try listAccessTokens(&fields, at: moment))
        case .addAccessTokens: return Granted(body: try addAccessTokens(&fields, at: moment))
        case .updateAccessTokens: return Granted(body: try updateAccessTokens(&fields, at: moment))
        case .deleteAccessTokens: return Granted(body: try deleteAccessTokens(&fields))
        }
    }

    private func reservations(_ fields: inout RequestFields) throws(ApiRefusal) -> Granted {
        let start = try fields.moment("StartUtc")
        let end = try fields.moment("EndUtc")
        try fields.finish()
        guard start <= end else { throw .invalid("EndUtc", "it is before StartUtc") }
        // The start belongs to the interval, its end does not; a stay's end likewise.
        let found = hotel.stays.filter { $0.start < max(end, start.addingTimeInterval(1)) && $0.end > start }
        let groups: [JSONValue] = Set(found.map(\.groupId)).sorted().map { id in
            let stay = found.first { $0.groupId == id }
            return ["Id": .string(id), "Name": .optional(stay.map { "Booking \($0.number)" })]
        }
        return Granted(body: ["Reservations": .array(found.map { Wire.reservation($0, of: hotel) }), "ReservationGroups": .array(groups)])
    }

    private func commandsByIds(_ fields: inout RequestFields, caller: Caller) throws(ApiRefusal) -> Granted {
        let ids = try fields.identifiers("CommandIds", count: 1...1000)
        var count = 1000
        var cursor: String?
        if var limitation = try fields.optionalObject("Limitation") {
            count = try limitation.integer("Count")
            guard (1...1000).contains(count) else { throw .invalid("Limitation.Count", "1 to 1000 is expected") }
            cursor = try limitation.optionalIdentifier("Cursor")
            try limitation.finish(in: "Limitation")
        }
        try fields.finish()
        let wanted = Set(ids)
        var found = Array(commands.filter { wanted.contains($0.id) && isListed($0) }.reversed())
        if let cursor {
            guard let index = found.firstIndex(where: { $0.id == cursor }) else {
                throw .invalid("Limitation.Cursor", "it is not in the list")
            }
            found.removeFirst(index + 1)
        }
        return Granted(body: listed(Array(found.prefix(count)), dialect: caller.dialect))
    }

    private mutating func updateCommand(_ fields: inout RequestFields, caller: Caller, at moment: Date) throws(ApiRefusal) -> Granted {
        let id = try fields.identifier("CommandId")
        let stateName = try fields.text("State")
        let progress = try fields.optionalNumber("Progress")
        let notes = try fields.optionalText("Notes")
        if caller.dialect == .first2015 { fields.ignore("Result") }  // documented then, "not used" for key cutters
        if command(id)?.keyCutter.form == .hiddenFields, var update = try fields.optionalObject("ExternalRequestIdentifier") {
            _ = try update.optionalText("Value")
            try update.finish(in: "ExternalRequestIdentifier")
        }
        try fields.finish()
        guard let state = DeviceCommandState(rawValue: stateName) else { throw .invalid("State", "there is no such state") }
        // The scale is published nowhere: 0 to 1 and 0 to 100 are both taken.
        if let progress, !(0...100).contains(progress) { throw .invalid("Progress", "0 to 100 is expected") }
        let changed = try update(id, to: state, progress: progress, notes: notes, by: .client(caller.client), at: moment)
        return Granted(body: [:], changed: changed)
    }

    private mutating func addKeyCutter(_ fields: inout RequestFields, caller: Caller, at moment: Date) throws(ApiRefusal) -> Granted {
        let keyCutterId = try fields.identifier("KeyCutterId")
        let reservationId = try fields.identifier("ReservationId")
        let keys = try fields.integer("KeyCount")
        _ = try fields.optionalIdentifier("EnterpriseId")
        try fields.finish()
        guard let keyCutter = hotel.keyCutter(keyCutterId) else { throw .invalid("KeyCutterId", "there is no such key cutter") }
        guard let stay = hotel.stay(reservationId) else { throw .invalid("ReservationId", "there is no such reservation") }
        let made = try cutKey(on: keyCutter, for: stay, keys: keys, by: .client(caller.client), at: moment)
        return Granted(body: ["CommandId": .string(made.id)], changed: made)
    }

    private func isListed(_ command: DeviceCommand) -> Bool { listedUntil.map { command.createdAt <= $0 } ?? true }

    /// Newest first. In 2015 there was no cursor.
    private func listed(_ found: [DeviceCommand], dialect: Dialect) -> JSONValue {
        var body: [String: JSONValue] = ["Commands": .array(found.map(Wire.command))]
        if dialect == .today { body["Cursor"] = .optional(found.last?.id) }
        return .object(body)
    }
}
