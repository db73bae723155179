// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

private let cut: [String: JSONValue] = [
    "KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": 2,
]

@Test func command_goesItsWay_overHttp() async throws {
    try await withSandbox { visit async throws in
        let made = try await visit.call(.addKeyCutter, cut)
        #expect(made.status == 200)
        #expect(made.headers.first(name: "Request-Id")?.isEmpty == false)
        let id = try #require(made.json?["CommandId"]?.text)
        #expect(try await visit.call(.activeCommands).json?["Commands"]?[0]?["Id"]?.text == id)
        for state in ["Received", "Processing"] {
            let answer = try await visit.call(.updateCommand, ["CommandId": .string(id), "State": .string(state)])
            #expect(answer.status == 200)
            #expect(answer.json == [:])
        }
        #expect(try await visit.call(.activeCommands).json?["Commands"] == [])
        #expect(try await visit.call(.commandsByIds, ["CommandIds": [.string(id)]]).json?["Commands"]?[0]?["State"] == "Processing")
        _ = try await visit.call(.updateCommand, ["CommandId": .string(id), "State": "Processed", "Notes": "2 keys"])
        let late = try await visit.call(.updateCommand, ["CommandId": .string(id), "State": "Error"])
        #expect(late.status == 403)
        #expect(late.json?["Message"]?.text?.isEmpty == false)
        #expect(late.json?["RequestId"]?.text == late.headers.first(name: "Request-Id"))
        #expect(late.json?["Details"] == .null)
        #expect(await visit.state.command(id)?.notes == "2 keys")
        #expect(await visit.state.requests.map(\.status).suffix(2) == [200, 403])
    }
}

@Test(arguments: ConnectorOperation.allCases)
func operation_refusesOtherMethodsPathsAndTokens(_ operation: ConnectorOperation) async throws {
    try await withSandbox { visit async throws in
        #expect(try await visit.send("GET", operation.path).status == 405)
        #expect(try await visit.send("POST", operation.path + "/", body: "{}").status == 404)
        #expect(try await visit.send("POST", operation.path.uppercased(), body: "{}").status == 404)
        let malformed = try await visit.send("POST", operation.path, body: "{\"AccessToken\":\"a\",}")
        #expect(malformed.status == 400)
        #expect(malformed.json?["Message"] == "Invalid JSON")
        let name = operation == .signIn ? "ConnectorToken" : "AccessToken"
        #expect(try await visit.send("POST", operation.path, body: "{\"\(name)\":\"wrong\"}").status == 401)
        for answer in [malformed, try await visit.send("POST", "/nowhere", body: "{}")] {
            #expect(answer.headers.first(name: "Request-Id") != nil)
        }
    }
}

@Test func readingOperations_answer() async throws {
    try await withSandbox { visit async throws in
        #expect(try await visit.call(.configuration).json?["Enterprise"]?["TimeZoneIdentifier"] == "Europe/Prague")
        #expect(try await visit.call(.devices).json?["Devices"]?[0]?["Identifier"] == "1")
        #expect(try await visit.call(.spaces).json?["Spaces"]?.elements?.count == 13)
        let interval: [String: JSONValue] = [
            "StartUtc": .string(UtcTime.text(Date())), "EndUtc": .string(UtcTime.text(Date() + 60)),
        ]
        #expect(try await visit.call(.reservations, interval).json?["Reservations"]?.elements?.count == 5)
        #expect(try await visit.call(.balance, ["CustomerId": "5a4d9000-0000-4000-8000-000000000003"]).json?["Value"] == -20)
        let signIn = try await visit.send(
            "POST", ConnectorOperation.signIn.path, body: "{\"ConnectorToken\":\"\(Tokens.sandbox.connector)\"}")
        let token = try #require(signIn.json?["AccessToken"]?.text)
        let active = try await visit.send("POST", ConnectorOperation.activeCommands.path, body: "{\"AccessToken\":\"\(token)\"}")
        #expect(active.json == ["Commands": []])
    }
}

@Test func operation_isAbsent_whenHotelIsOfAnotherTime() async throws {
    var hotel = Hotel.small
    hotel.dialects = [.first2015]
    try await withSandbox(hotel: hotel) { visit async throws in
        #expect(try await visit.call(.configuration).status == 404)
        #expect(try await visit.call(.activeCommands).status == 401)
    }
}

@Test(arguments: [true, false])
func limit_answers429(saysWhen: Bool) async throws {
    var limits = SandboxLimits()
    limits.requests = 3
    limits.window = .seconds(3600)
    limits.saysWhen = saysWhen
    try await withSandbox(limits: limits) { visit async throws in
        for _ in 1...3 { #expect(try await visit.call(.devices).status == 200) }
        let refused = try await visit.call(.devices)
        #expect(refused.status == 429)
        #expect((refused.headers.first(name: "Retry-After") != nil) == saysWhen)
    }
}

@Test func request_isRefused_whenTooLarge() async throws {
    var limits = SandboxLimits()
    limits.bodyBytes = 10_000
    try await withSandbox(limits: limits) { visit async throws in
        let refused = try await visit.send("POST", ConnectorOperation.devices.path, body: String(repeating: " ", count: 50_000))
        #expect(refused.status == 413)
        #expect(refused.headers.first(name: "Request-Id") != nil)
        let headers = (1...30).map { ("X-Filler-\($0)", String(repeating: "x", count: 1000)) }
        let status = try? await visit.send("POST", ConnectorOperation.devices.path, body: "{}", headers: headers).status
        #expect(status != 200)
        #expect(try await visit.call(.devices).status == 200)
    }
}

@Test func connection_isClosed_whenOneTooManyOrSilent() async throws {
    var limits = SandboxLimits()
    limits.connections = 0
    try await withSandbox(limits: limits) { visit async throws in
        await #expect(throws: (any Error).self) { try await visit.call(.devices) }
    }
    limits.connections = 10
    limits.patience = .milliseconds(50)
    try await withSandbox(limits: limits) { visit async throws in
        // Half a request, then nothing: the server hangs up.
        #expect(try await rawReply(port: visit.port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf") == "")
        #expect(try await rawReply(port: visit.port, "") == "")
    }
}
