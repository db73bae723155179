// SPDX-License-Identifier: Apache-2.0

extension Faults {
    /// Takes in what `POST /sandbox/faults` says: the switches that it names, and at most one fault for the next requests.
    mutating func apply(_ fields: inout RequestFields) throws(ApiRefusal) {
        var next = self
        if let value = try fields.optionalFlag("away") { next.away = value }
        if let value = try fields.optionalFlag("refuseSockets") { next.refuseSockets = value }
        if let value = try fields.optionalInteger("socketStatus") {
            guard (400...599).contains(value) else { throw .invalid("socketStatus", "400 to 599 is expected") }
            next.socketStatus = value
        }
        if let value = try fields.optionalFlag("silentSockets") { next.silentSockets = value }
        if let value = try fields.optionalFlag("loseEvents") { next.loseEvents = value }
        if let value = try fields.optionalFlag("doubleEvents") { next.doubleEvents = value }
        if let value = try fields.optionalFlag("chatter") { next.chatter = value }
        if let value = try fields.optionalNumber("listingDelay") {
            guard (0...3600).contains(value) else { throw .invalid("listingDelay", "0 to 3600 seconds are expected") }
            next.listingDelay = value
        }
        if let value = try fields.optionalNumber("clockShift") {
            guard (-1e9...1e9).contains(value) else { throw .invalid("clockShift", "a number of seconds is expected") }
            next.clockShift = value
        }
        if let value = try fields.optionalText("timeZone") { next.timeZone = value }
        if let effect = try fields.optionalText("effect") { next.requests.append(try Self.requestFault(effect, &fields)) }
        try fields.finish()
        guard next.requests.count <= 100 else { throw .invalid("effect", "100 faults are waiting already") }
        self = next
    }

    private static func requestFault(_ effect: String, _ fields: inout RequestFields) throws(ApiRefusal) -> RequestFault {
        var operation: ConnectorOperation?
        if let name = try fields.optionalText("operation") {
            guard let known = ConnectorOperation(rawValue: name) else { throw .invalid("operation", "there is no such operation") }
            operation = known
        }
        let command = try fields.optionalIdentifier("command")
        let count = try fields.optionalInteger("count") ?? 1
        guard (1...100_000).contains(count) else { throw .invalid("count", "1 to 100000 is expected") }
        func fault(_ effect: RequestFault.Effect) -> RequestFault {
            RequestFault(effect, on: operation, command: command, count: count)
        }
        switch effect {
        case "status":
            let status = try fields.integer("status")
            guard (400...599).contains(status) else { throw .invalid("status", "400 to 599 is expected") }
            return fault(.status(status, retryAfter: try retryAfter(&fields)))
        case "page":
            var page = RequestFault.Page()
            page.status = try fields.optionalInteger("status") ?? page.status
            guard (200...599).contains(page.status) else { throw .invalid("status", "200 to 599 is expected") }
            if let type = try fields.optionalText("contentType") { page.contentType = type.isEmpty ? nil : type }
            guard page.contentType?.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) ?? true else {
                throw .invalid("contentType", "plain text is expected")
            }
            page.body = try fields.optionalText("body") ?? page.body
            page.retryAfter = try retryAfter(&fields)
            page.isCarriedOut = try fields.optionalFlag("carriedOut") ?? false
            return fault(.page(page))
        case "delay":
            let seconds = try fields.optionalNumber("seconds") ?? 0
            guard (0...600).contains(seconds) else { throw .invalid("seconds", "0 to 600 is expected") }
            return fault(.delay(.milliseconds(Int(seconds * 1000))))
        case "gzip": return fault(.gzip)
        case "swallow": return fault(.swallow)
        case "hangUp": return fault(.hangUp)
        default: throw .invalid("effect", "status, page, gzip, swallow, hangUp or delay is expected")
        }
    }

    /// A number of seconds, or the header's text as it is to be sent.
    private static func retryAfter(_ fields: inout RequestFields) throws(ApiRefusal) -> String? {
        guard let text = try fields.optionalScalar("retryAfter") else { return nil }
        guard text.utf8.count <= 100, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .invalid("retryAfter", "seconds or a date are expected")
        }
        return text
    }

    /// What `GET /sandbox/faults` shows.
    var json: JSONValue {
        [
            "away": .bool(away), "refuseSockets": .bool(refuseSockets), "socketStatus": .integer(socketStatus),
            "silentSockets": .bool(silentSockets), "loseEvents": .bool(loseEvents), "doubleEvents": .bool(doubleEvents),
            "chatter": .bool(chatter), "listingDelay": .number(listingDelay), "clockShift": .number(clockShift),
            "timeZone": .optional(timeZone), "requests": .array(requests.map(\.json)),
        ]
    }
}

extension RequestFault {
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "operation": .optional(operation?.rawValue), "command": .optional(command), "count": .integer(count),
        ]
        switch effect {
        case .status(let status, let retryAfter):
            members["effect"] = "status"
            members["status"] = .integer(status)
            members["retryAfter"] = .optional(retryAfter)
        case .page(let page):
            members["effect"] = "page"
            members["status"] = .integer(page.status)
            members["contentType"] = .optional(page.contentType)
            members["body"] = .string(page.body)
            members["retryAfter"] = .optional(page.retryAfter)
            members["carriedOut"] = .bool(page.isCarriedOut)
        case .gzip: members["effect"] = "gzip"
        case .swallow: members["effect"] = "swallow"
        case .hangUp: members["effect"] = "hangUp"
        case .delay(let duration):
            members["effect"] = "delay"
            members["seconds"] = .number(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
        }
        return .object(members)
    }
}
