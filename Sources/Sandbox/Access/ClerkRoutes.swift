// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The clerk over the control API: check in, check out, move, extend.
struct ClerkRoutes: Sendable {
    let state: SandboxState

    func answer(_ request: Request, _ steps: [String], requestId: String) async throws(ApiRefusal) -> Response {
        let hotel = await state.hotelNow
        switch (request.method, steps[1], steps.count) {
        case ("GET", "reservations", _):
            return .json(["Reservations": .array(hotel.stays.map { Self.json($0, hotel) })], requestId: requestId)
        case ("GET", _, _):
            let moment = Date()
            return .json(
                ["ResourceAccessTokens": .array(await state.accessTokens.map { AccessWire.token($0, of: hotel, at: moment) })],
                requestId: requestId)
        default: break
        }
        var fields = request.body.isEmpty ? RequestFields([:]) : try RequestFields(body: request.body)
        do throws(SandboxRefusal) {
            let stay =
                steps.count == 2
                ? try await state.book(try Self.booking(&fields))
                : try await state.clerk(try Self.deed(steps[3], &fields), reservation: steps[2])
            return .json(Self.json(stay, hotel), status: steps.count == 2 ? 201 : 200, requestId: requestId)
        } catch {
            throw .rule(error.description)
        }
    }

    private static func json(_ stay: HotelStay, _ hotel: Hotel) -> JSONValue {
        [
            "Id": .string(stay.id), "Number": .string(stay.number), "State": .string(stay.state.rawValue),
            "Room": .optional(hotel.space(stay.spaceId)?.number), "StartUtc": .string(UtcTime.text(stay.start)),
            "EndUtc": .string(UtcTime.text(stay.end)),
        ]
    }

    private static func booking(_ fields: inout RequestFields) throws(SandboxRefusal) -> Booking {
        do throws(ApiRefusal) {
            let booking = Booking(
                room: try fields.optionalText("room"), start: fields.has("from") ? try fields.moment("from") : nil,
                end: fields.has("until") ? try fields.moment("until") : nil, isCheckedIn: try fields.optionalFlag("checkedIn") ?? false)
            try fields.finish()
            return booking
        } catch {
            throw SandboxRefusal(error.message)
        }
    }

    private static func deed(_ word: String, _ fields: inout RequestFields) throws(SandboxRefusal) -> ClerkDeed {
        do throws(ApiRefusal) {
            let deed: ClerkDeed
            switch word {
            case "check-in": deed = .checkIn
            case "check-out": deed = .checkOut
            case "undo-check-in": deed = .undoCheckIn
            case "cancel": deed = .cancel
            case "move": deed = .move(room: try fields.optionalText("room"))
            case "extend": deed = .extend(until: try fields.moment("until"))
            default: throw .nothingHere
            }
            try fields.finish()
            return deed
        } catch {
            throw SandboxRefusal(error.message)
        }
    }
}
