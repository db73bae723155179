// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Sandbox

/// Reservations, resources and access tokens, and the clerk who makes them change.
@Suite struct AccessOperationTests {
    private let span: JSONValue = ["StartUtc": "2026-11-01T00:00:00Z", "EndUtc": "2026-12-31T00:00:00Z"]

    private func stays(_ bench: inout Bench, _ more: [String: JSONValue] = [:]) throws -> [JSONValue] {
        var fields: [String: JSONValue] = ["Limitation": ["Count": 1000], "UpdatedUtc": span]
        fields.merge(more) { $1 }
        return try bench.ask(.stays, fields).get()["Reservations"]?.elements ?? []
    }

    @Test func clerk_changesWhatIsListed() throws {
        var bench = Bench()
        let moment = Date(timeIntervalSince1970: 1_795_700_000)
        let booked = try bench.property.book(Booking(room: "101"), at: moment)
        _ = try bench.property.clerk(.checkIn, reservation: booked.number, at: moment)
        _ = try bench.property.clerk(.move(room: "102"), reservation: booked.number, at: moment)
        let moved = try #require(try stays(&bench, ["ReservationIds": [.string(booked.id)]]).first)
        #expect(moved["State"] == "Started")
        #expect(moved["ActualStartUtc"] != .null)
        #expect(moved["AssignedResourceId"] != .optional(booked.spaceId))
        _ = try bench.property.clerk(.checkOut, reservation: booked.number, at: moment)
        #expect(throws: ApiRefusal.self) { try bench.property.clerk(.checkIn, reservation: booked.number, at: moment) }
        #expect(throws: ApiRefusal.self) { try bench.property.clerk(.move(room: "999"), reservation: booked.number, at: moment) }
    }

    @Test func beds_areResourcesWithTheirRoomAsParent() throws {
        var bench = Bench()
        let resources =
            try bench.ask(.resources, ["Limitation": ["Count": 1000], "Extent": ["Resources": true]]).get()["Resources"]?.elements ?? []
        let bed = try #require(resources.first { $0["Name"] == "Dorm-1" })
        #expect(bed["Data"]?["Discriminator"] == "Object")
        #expect(resources.contains { $0["Id"] == bed["ParentResourceId"] && $0["Name"] == "Dorm" })
    }

    @Test func tokens_areAddedListedUpdatedAndDeleted() throws {
        var bench = Bench()
        let stay = JSONValue.string(Bench.stayId(1))
        let item: JSONValue = [
            "ServiceOrderId": stay, "Type": "PinCode", "Value": "480172#", "ValidityStartUtc": "2026-11-21T14:00:00Z",
            "ValidityEndUtc": "2036-11-23T11:00:00Z", "Permissions": ["Room": ["Value": true]],
        ]
        let made = try bench.ask(.addAccessTokens, ["ResourceAccessTokenParameters": [item]]).get()["ResourceAccessTokens"]?[0]
        let id = try #require(made?["Id"])
        #expect(made?["Permissions"] == ["Bed": false, "Room": true, "Floor": false, "Building": false])
        let update: JSONValue = ["ResourceAccessTokenId": id, "ValidityEndUtc": ["Value": "2036-11-25T11:00:00Z"], "Value": nil]
        _ = try bench.ask(.updateAccessTokens, ["ResourceAccessTokenUpdates": [update]]).get()
        let list: [String: JSONValue] = ["Limitation": ["Count": 10], "ServiceOrderIds": [stay], "ActivityStates": ["Active"]]
        #expect(try bench.ask(.accessTokens, list).get()["ResourceAccessTokens"]?[0]?["ValidityEndUtc"] == "2036-11-25T11:00:00Z")
        _ = try bench.ask(.deleteAccessTokens, ["Ids": [id]]).get()
        #expect(try bench.ask(.accessTokens, list).get()["ResourceAccessTokens"] == [])
    }

    @Test func requests_areRefused_whenTheyAreNotAsDeclared() {
        var bench = Bench()
        func refused(_ operation: ConnectorOperation, _ fields: [String: JSONValue]) -> Bool {
            if case .failure(let refusal) = bench.ask(operation, fields) { refusal.status == 400 } else { false }
        }
        #expect(refused(.stays, ["UpdatedUtc": span]), "Limitation is required")
        #expect(refused(.stays, ["Limitation": ["Count": 10]]), "a filter is required")
        #expect(
            refused(
                .stays,
                ["Limitation": ["Count": 10], "UpdatedUtc": ["StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-12-31T00:00:00Z"]]))
        #expect(refused(.stays, ["Limitation": ["Count": 10], "UpdatedUtc": span, "States": ["Asleep"]]))
        #expect(refused(.resources, ["Limitation": ["Count": 10]]), "Extent is required")
        #expect(refused(.accessTokens, ["Limitation": ["Count": 10]]))
        #expect(refused(.addAccessTokens, ["ResourceAccessTokenParameters": [["Value": "1"]]]))
        #expect(refused(.deleteAccessTokens, ["Ids": [.string(Bench.unknown)]]))
    }
}
