// SPDX-License-Identifier: Apache-2.0

extension Faults {
    /// Takes in what `POST /sandbox/faults` says: the switches that it names, and at most one fault for the next requests.
    mutating func apply(_ fields: inout RequestFields) throws(Refusal) {
        var next = self
        if let value = try fields.optionalFlag("away") { next.away = value }
        if let value = try fields.optionalFlag("refuseSockets") { next.refuseSockets = value }
        if let value = try fields.optionalFlag("silentSockets") { next.silentSockets = value }
        if let value = try fields.optionalFlag("chatter") { next.chatter = value }
        if let effect = try fields.optionalText("effect") { next.requests.append(try Self.requestFault(effect, &fields)) }
        try fields.finish()
        guard next.requests.count <= 100 else { throw .invalid("effect", "100 faults are waiting already") }
        self = next
    }

    private static func requestFault(_ effect: String, _ fields: inout RequestFields) throws(Refusal) -> RequestFault {
        var operation: ConnectorOperation?
        if let name = try fields.optionalText("operation") {
            guard let known = ConnectorOperation(rawValue: name) else { throw .invalid("operation", "there is no such operation") }
            operation = known
        }
        let count = try fields.optionalInteger("count") ?? 1
        guard (1...100_000).contains(count) else { throw .invalid("count", "1 to 100000 is expected") }
        switch effect {
        case "status":
            let status = try fields.integer("status")
            guard (400...599).contains(status) else { throw .invalid("status", "400 to 599 is expected") }
            let retryAfter = try fields.optionalInteger("retryAfter")
            return RequestFault(.status(status, retryAfter: retryAfter), on: operation, count: count)
        case "delay":
            let seconds = try fields.optionalNumber("seconds") ?? 0
            guard (0...600).contains(seconds) else { throw .invalid("seconds", "0 to 600 is expected") }
            return RequestFault(.delay(.milliseconds(Int(seconds * 1000))), on: operation, count: count)
        case "swallow": return RequestFault(.swallow, on: operation, count: count)
        case "hangUp": return RequestFault(.hangUp, on: operation, count: count)
        default: throw .invalid("effect", "status, swallow, hangUp or delay is expected")
        }
    }

    /// What `GET /sandbox/faults` shows.
    var json: JSONValue {
        [
            "away": .bool(away), "refuseSockets": .bool(refuseSockets), "silentSockets": .bool(silentSockets), "chatter": .bool(chatter),
            "requests": .array(requests.map(\.json)),
        ]
    }
}

extension RequestFault {
    var json: JSONValue {
        var members: [String: JSONValue] = ["operation": .optional(operation?.rawValue), "count": .integer(count)]
        switch effect {
        case .status(let status, let retryAfter):
            members["effect"] = "status"
            members["status"] = .integer(status)
            members["retryAfter"] = retryAfter.map(JSONValue.integer) ?? .null
        case .swallow: members["effect"] = "swallow"
        case .hangUp: members["effect"] = "hangUp"
        case .delay(let duration):
            members["effect"] = "delay"
            members["seconds"] = .number(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
        }
        return .object(members)
    }
}
