// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Sandbox

@Test func activeCommands_hideProcessingAndFinal_newestFirst() throws {
    var bench = Bench()
    let ids = try (0..<4).map { _ in try bench.cut() }
    for (id, state) in zip(ids, ["Pending", "Received", "Processing", "Processed"]) where state != "Pending" {
        _ = try bench.ask(.updateCommand, ["CommandId": .string(id), "State": .string(state)]).get()
    }
    let answer = try bench.ask(.activeCommands).get()
    #expect(answer["Commands"]?.elements?.compactMap { $0["Id"]?.text } == [ids[1], ids[0]])
    #expect(answer["Cursor"] == .string(ids[0]))
    #expect(try Bench().asking(.activeCommands)["Cursor"] == .null)
}

@Test func commandsByIds_page_untilCursorIsAtTheEnd() throws {
    var bench = Bench()
    let ids = try (0..<5).map { _ in try bench.cut() }
    let wanted = JSONValue.array(ids.map { .string($0.uppercased()) } + [.string(Bench.unknown)])
    var found: [String] = []
    var cursor: JSONValue = nil
    repeat {
        let page = try bench.ask(.commandsByIds, ["CommandIds": wanted, "Limitation": ["Count": 2, "Cursor": cursor]]).get()
        found += page["Commands"]?.elements?.compactMap { $0["Id"]?.text } ?? []
        cursor = page["Cursor"] ?? nil
    } while cursor != nil
    #expect(found == ids.reversed())
}

@Test func command_carriesDocumentedData_forEachForm() throws {
    var documented = Bench()
    _ = try documented.cut(keys: 2)
    let command = try #require(try documented.ask(.activeCommands).get()["Commands"]?[0])
    #expect(command["Device"]?["Type"] == "KeyCutter")
    #expect(command["Device"]?["Identifier"] == "1")
    let expected: JSONValue = [
        "KeyCutterId": "1", "ApiUrl": "http://127.0.0.1:10003", "KeyCutterData": "{ \"Type\": \"IndustryStandardProtocol\" }",
        "KeyCount": 2, "LockIds": ["101", "Pool"], "StartUtc": "2026-11-20T14:00:00Z", "EndUtc": "2026-11-23T10:00:00Z",
        "FirstName": "Zoë", "LastName": "Müller", "NormalizedFirstName": "Zoe", "NormalizedLastName": "Muller",
        "Telephone": "+420000000001", "Email": "zoe.mueller@example.com", "ReservationId": .string(Bench.stayId(1)),
        "ReservationNumber": "1001",
    ]
    #expect(command["Data"] == expected)

    var hidden = Bench(form: .hiddenFields)
    _ = try hidden.cut()
    let more = try #require(try hidden.ask(.activeCommands).get()["Commands"]?[0]?["Data"])
    #expect(more["UserName"] == "pms")
    for name in ["Password", "KeyMode", "ExternalRequestIdentifier"] { #expect(more[name] == .null) }
    let id = try #require(hidden.property.commands.first?.id)
    #expect(
        hidden.ask(.updateCommand, ["CommandId": .string(id), "State": "Processed", "ExternalRequestIdentifier": ["Value": "x"]])
            == .success([:]))

    var old = Bench(form: .visiOnline2015)
    _ = try old.cut()
    let first = try #require(try old.ask(.activeCommands, as: Bench.connector).get()["Commands"]?[0])
    #expect(first["Device"]?["Type"] == "VisiOnlineKeyCutter")
    #expect(first["Data"]?["ValidityEndUtc"] == "2026-11-23T10:00:00Z")
    #expect(first["Data"]?["Reservation"]?["Customer"]?["LastName"] == "Müller")
    #expect(first["Data"]?["KeyCutterData"] == nil)
}

@Test func bed_opensTheDoorOfItsRoom() throws {
    let hotel = Hotel.small(at: Bench.noon)
    let stay = try #require(hotel.stay("1004"))
    #expect(hotel.space(stay.spaceId)?.kind == .bed)
    #expect(hotel.lockIds(for: stay) == ["301", "Pool"])
}

@Test func reservations_areThoseThatOverlap() throws {
    var bench = Bench()
    func numbers(_ from: String, _ until: String) throws -> [String] {
        try bench.ask(.reservations, ["StartUtc": .string(from), "EndUtc": .string(until)]).get()["Reservations"]?.elements?
            .compactMap { $0["Number"]?.text } ?? []
    }
    #expect(try numbers("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z") == ["1001", "1002", "1003", "1004", "1005"])
    // Reservation 1002 leaves at 10:00 UTC (11:00 in Prague): an interval from then on has it no more.
    #expect(try numbers("2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z") == ["1001", "1003", "1004", "1005"])
    #expect(try numbers("2026-11-22T14:00:00Z", "2026-11-22T14:00:00Z").contains("1006"))
    #expect(try numbers("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z").isEmpty)
}

@Test func configuration_tellsTimeZoneAndClock() throws {
    let answer = try Bench().asking(.configuration)
    #expect(answer["NowUtc"] == "2026-11-21T12:00:00Z")
    #expect(answer["Enterprise"]?["TimeZoneIdentifier"] == "Europe/Prague")
}

@Test func spacesDevicesAndBalance_tellTheHotel() throws {
    let spaces = try Bench().asking(.spaces, as: Bench.connector)
    let numbers = spaces["Spaces"]?.elements?.compactMap { $0["Number"]?.text } ?? []
    #expect(Set(["101", "102", "201A", "Dorm", "Dorm-1", "Pool"]).isSubset(of: numbers))
    #expect(spaces["SpaceCategories"]?.elements?.count == 3)
    #expect(try Bench().asking(.devices)["Devices"]?[0]?["Name"] == "Front desk")
    let guest: [String: JSONValue] = ["CustomerId": "5a4d9000-0000-4000-8000-000000000001"]
    let expected: JSONValue = ["Currency": "EUR", "Value": .number(118.5)]
    #expect(try Bench().asking(.balance, guest) == expected)
    #expect(try Bench().asking(.balance, guest, as: ["ConnectorToken": .string(Tokens.sandbox.connector)]) == expected)
    #expect(try Bench().asking(.balance, guest, as: Bench.connector) == expected)
}

@Test func keptCommands_areLimited_finishedOnesGoFirst() throws {
    var property = Bench().property
    let stay = try #require(property.hotel.stay("1001"))
    let cutter = try #require(property.hotel.keyCutters.first)
    let first = try property.cutKey(on: cutter, for: stay, keys: 1, by: .user, at: Bench.noon)
    let second = try property.cutKey(on: cutter, for: stay, keys: 1, by: .user, at: Bench.noon)
    _ = try property.update(second.id, to: .processed, progress: nil, notes: nil, by: .user, at: Bench.noon)
    for _ in 2...PropertyState.commandsKept { _ = try property.cutKey(on: cutter, for: stay, keys: 1, by: .user, at: Bench.noon) }
    #expect(property.commands.count == PropertyState.commandsKept)
    #expect(property.command(first.id) != nil)
    #expect(property.command(second.id) == nil)
}

extension Bench {
    /// One request to a fresh hotel.
    func asking(
        _ operation: ConnectorOperation, _ fields: [String: JSONValue] = [:], as tokens: [String: JSONValue] = Bench.tokens
    ) throws -> JSONValue {
        var copy = self
        return try copy.ask(operation, fields, as: tokens).get()
    }
}
