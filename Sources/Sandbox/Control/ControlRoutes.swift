// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The side of the sandbox that the real system does not have: the clerk's page and the API for tests and trainers.
struct ControlRoutes: Sendable {
    let state: SandboxState
    let access: ControlAccess

    static let help = """
        The sandbox PMS. A page for people is at /. JSON in, JSON out:

        GET  /sandbox/hotel                  rooms, stays, key cutters, tokens
        GET  /sandbox/commands               all commands with their history; /sandbox/commands/ID for one
        POST /sandbox/commands               cut a key: {"reservation": "1001", "keyCutter": "Front desk", "keys": 2}
                                             keyCutter (name or id) and keys may be left out; "until":
                                             "2026-11-23T11:00:00Z" has the key end at another moment than the stay
        POST /sandbox/commands/ID/cancel     a user cancels
        GET  /sandbox/reservations           all of them, with rooms and times
        POST /sandbox/reservations           book: {"room": "101", "from": "2026-11-27T14:00:00Z", "until": "...Z", "checkedIn": true}
                                             room may be left out: not assigned yet; from and until too: now, for two nights
        POST /sandbox/reservations/NUMBER/DEED    check-in, check-out, undo-check-in, cancel, or with a body
                                             move {"room": "102"} (null: no room), extend {"until": "2026-11-30T11:00:00Z"}
        GET  /sandbox/access-tokens          codes that clients put beside reservations
        GET  /sandbox/requests               the last API requests: operation, client, status
        GET  /sandbox/faults                 what is wrong at the moment
        POST /sandbox/faults                 any of these together:
             "away": true                    API and sockets answer nothing, connections are closed
             "refuseSockets": true           WebSocket upgrades get "socketStatus" (400 to 599, 503 if none is given)
             "silentSockets": true           sockets stay open, but no events and no pongs come: a connection that died without a FIN
             "loseEvents": true              sockets live, events get lost
             "doubleEvents": true            each event comes twice
             "dropSockets": true             cuts all sockets off, once
             "chatter": true                 events about other things go along with those about commands
             "chatterNow": true              sends such events, once
             "listingDelay": 3               a command can be read only so many seconds after its event
             "clockShift": -600              the hotel's clock is so many seconds ahead: NowUtc, CreatedUtc, Date
             "timeZone": "Nowhere/City"      what configuration/get calls the time zone; "" is empty
             and one fault for the next requests, with "operation": "commands/update" (default: any), "command": "ID" (only requests
             that name it; default: any) and "count": 1:
             "effect": "status", "status": 429, "retryAfter": 3      refuse in the API's own words; retryAfter is a number, a text
                                             such as a date, or left out
             "effect": "page", "status": 200 answer what a captive portal or a proxy answers: 200 to 599, with "contentType"
                                             (text/html), "body" (a login page; "" is empty), "retryAfter", and "carriedOut": true
                                             if the request is to take effect all the same
             "effect": "gzip"                do the work, compress the answer
             "effect": "swallow"             do the work, close without an answer
             "effect": "hangUp"              close without doing anything
             "effect": "delay", "seconds": 5 answer late
        DELETE /sandbox/faults               mend everything

        """

    func answer(_ request: Request, requestId: String) async -> Response {
        if let refusal = access.refusal(for: request) { return .refusal(refusal, requestId: requestId) }
        let steps = request.path.split(separator: "/")
        do throws(ApiRefusal) {
            switch (request.method, steps.first, steps.dropFirst().first, steps.count) {
            case ("GET", nil, nil, 0):
                var page = Response.text(
                    FrontPage.html(hotel: await state.hotelNow, commands: await state.commands, faults: await state.faults),
                    type: "text/html; charset=utf-8", requestId: requestId)
                page.headers = FrontPage.headers
                return page
            case ("GET", _, nil, 1): return .text(Self.help, requestId: requestId)
            case ("GET", _, "hotel", 2): return .json(ControlJson.hotel(await state.hotelNow), requestId: requestId)
            case ("GET", _, "reservations", 2), ("GET", _, "access-tokens", 2), ("POST", _, "reservations", 2),
                ("POST", _, "reservations", 4):
                return try await ClerkRoutes(state: state).answer(request, steps.map(String.init), requestId: requestId)
            case ("GET", _, "requests", 2):
                return .json(["Requests": .array(await state.requests.map(ControlJson.request))], requestId: requestId)
            case ("GET", _, "commands", 2):
                return .json(["Commands": .array(await state.commands.map(ControlJson.command))], requestId: requestId)
            case ("GET", _, "commands", 3):
                guard let command = await state.command(String(steps[2])) else { throw .nothingHere }
                return .json(ControlJson.command(command), requestId: requestId)
            case ("POST", _, "commands", 2): return try await cutKey(request, requestId)
            case ("POST", _, "commands", 4) where steps[3] == "cancel":
                return try await cancel(String(steps[2]), request, requestId)
            case ("GET", _, "faults", 2): return .json(await state.faults.json, requestId: requestId)
            case ("POST", _, "faults", 2):
                try await state.applyFaults(try RequestFields(body: request.body))
                return .json(await state.faults.json, requestId: requestId)
            case ("DELETE", _, "faults", 2):
                await state.setFaults { $0 = Faults() }
                return .json(await state.faults.json, requestId: requestId)
            default: throw .nothingHere
            }
        } catch {
            return .refusal(error, requestId: requestId)
        }
    }

    private func cutKey(_ request: Request, _ requestId: String) async throws(ApiRefusal) -> Response {
        var fields = try request.isForm ? Self.formFields(request.body) : RequestFields(body: request.body)
        let reservation = try fields.text("reservation")
        let keyCutter = try fields.optionalText("keyCutter")
        let keys = try fields.optionalInteger("keys") ?? 1
        var end: Date?
        if let text = try fields.optionalText("until") {
            end = UtcTime.moment(text)
            if end == nil { throw .invalid("until", "a time such as 2026-11-23T11:00:00Z is expected") }
        }
        try fields.finish()
        do throws(SandboxRefusal) {
            let made = try await state.cutKey(reservation: reservation, keyCutter: keyCutter, keys: keys, until: end)
            if request.isForm { return .seeOther("/", requestId: requestId) }
            return .json(ControlJson.command(made), status: 201, requestId: requestId)
        } catch {
            throw .rule(error.description)
        }
    }

    private func cancel(_ id: String, _ request: Request, _ requestId: String) async throws(ApiRefusal) -> Response {
        do throws(SandboxRefusal) {
            let changed = try await state.cancel(id)
            return request.isForm ? .seeOther("/", requestId: requestId) : .json(ControlJson.command(changed), requestId: requestId)
        } catch {
            throw .rule(error.description)
        }
    }

    private static func formFields(_ body: Data) throws(ApiRefusal) -> RequestFields {
        guard let fields = FormBody.fields(body) else { throw ApiRefusal(status: 400, message: "The form cannot be read.") }
        return RequestFields(
            Dictionary(
                uniqueKeysWithValues: fields.map { name, text in
                    (name, name == "keys" ? Int(text).map(JSONValue.integer) ?? .string(text) : .string(text))
                }))
    }
}

extension ApiRefusal {
    static let nothingHere = ApiRefusal(status: 404, message: "There is nothing at this address; GET /sandbox tells what there is.")
}

extension Request {
    /// Whether it comes from the page's buttons.
    var isForm: Bool { header("content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false }
}
