// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

private let form = [("Content-Type", "application/x-www-form-urlencoded")]

@Test func control_cutsShowsAndCancels() async throws {
    try await withSandbox { visit async throws in
        let made = try await visit.send("POST", "/sandbox/commands", body: #"{"reservation":"1002","keyCutter":"Front desk","keys":3}"#)
        #expect(made.status == 201)
        let id = try #require(made.json?["Id"]?.text)
        #expect(made.json?["Data"]?["LockIds"] == ["201A", "Pool"])
        #expect(made.json?["Data"]?["NormalizedLastName"] == "Zolw")
        _ = try await visit.call(.updateCommand, ["CommandId": .string(id), "State": "Processing", "Progress": .number(0.5)])
        let cancelled = try await visit.send("POST", "/sandbox/commands/\(id)/cancel")
        #expect(cancelled.json?["State"] == "Cancelled")
        let shown = try await visit.send("GET", "/sandbox/commands/\(id)")
        #expect(shown.json?["History"]?.elements?.compactMap { $0["By"]?.text } == ["user", "Test 1.0", "user"])
        #expect(try await visit.send("GET", "/sandbox/commands").json?["Commands"]?.elements?.count == 1)
        #expect(try await visit.send("POST", "/sandbox/commands/\(id)/cancel").status == 403)
        #expect(try await visit.send("GET", "/sandbox/requests").json?["Requests"]?[0]?["Operation"] == "commands/update")
    }
}

@Test(
    arguments: [
        ("POST", "/sandbox/commands", "{}", 400), ("POST", "/sandbox/commands", "x", 400),
        ("POST", "/sandbox/commands", #"{"reservation":"77"}"#, 403), ("POST", "/sandbox/commands", #"{"reservation":"1006"}"#, 403),
        ("POST", "/sandbox/commands", #"{"reservation":"1001","keyCutter":"Back desk"}"#, 403),
        ("POST", "/sandbox/commands", #"{"reservation":"1001","keys":0}"#, 403), ("GET", "/sandbox/commands/x", nil, 404),
        ("POST", "/sandbox/commands/x/cancel", nil, 403), ("PUT", "/sandbox/hotel", "{}", 404), ("GET", "/sandbox/other", nil, 404),
        ("POST", "/sandbox/faults", #"{"effect":"x"}"#, 400), ("GET", "/elsewhere", nil, 404), ("PUT", "/", nil, 404),
    ] as [(String, String, String?, Int)])
func control_refusesWhatMakesNoSense(_ method: String, _ path: String, _ body: String?, _ status: Int) async throws {
    try await withSandbox { visit async throws in
        let answer = try await visit.send(method, path, body: body)
        #expect(answer.status == status)
        #expect(answer.json?["Message"]?.text?.isEmpty == false)
        #expect(await visit.state.commands.isEmpty)
    }
}

@Test func page_showsTheHotel_andItsButtonsWork() async throws {
    try await withSandbox { visit async throws in
        let pressed = try await visit.send("POST", "/sandbox/commands", body: "reservation=1001&keyCutter=Front+desk&keys=2", headers: form)
        // The client follows the answer 303 to the page, or shows it.
        #expect([200, 303].contains(pressed.status))
        let id = try #require(await visit.state.commands.first?.id)
        #expect(await visit.state.commands.first?.keyCount == 2)
        let page = try await visit.send("GET", "/")
        #expect(page.headers.first(name: "Content-Type")?.hasPrefix("text/html") == true)
        #expect(page.headers.first(name: "Content-Security-Policy") != nil)
        #expect(page.text.contains("Cut key") && page.text.contains("O&#39;Brien") && page.text.contains(id))
        _ = try await visit.send("POST", "/sandbox/commands/\(id)/cancel", body: "", headers: form)
        #expect(await visit.state.command(id)?.state == .cancelled)
    }
}

@Test func control_isRefused_toOtherWebPages() async throws {
    try await withSandbox { visit async throws in
        for headers in [[("Origin", "http://evil.example")], [("Host", "evil.example")]] {
            let answer = try await visit.send("POST", "/sandbox/commands", body: #"{"reservation":"1001"}"#, headers: headers)
            #expect(answer.status == 403)
        }
        #expect(await visit.state.commands.isEmpty)
    }
}

@Test func hotelAndHelp_areShown() async throws {
    try await withSandbox { visit async throws in
        let hotel = try await visit.send("GET", "/sandbox/hotel").json
        #expect(hotel?["Tokens"]?["AccessToken"] == .string(Tokens.sandbox.access))
        #expect(hotel?["Reservations"]?[0]?["LockIds"] == ["101", "Pool"])
        #expect(try await visit.send("GET", "/sandbox").text.contains("POST /sandbox/faults"))
        #expect(visit.server.greeting(host: "::1", port: 8640).contains("ws://[::1]:8640/ws/connector"))
    }
}

@Test func changes_areStreamed() async throws {
    try await withSandbox { visit async throws in
        var changes = await visit.state.changes().makeAsyncIterator()
        let made = try await visit.state.cutKey(reservation: "1005")
        #expect(await changes.next() == made)
        let cancelled = try await visit.state.cancel(made.id)
        #expect(await changes.next() == cancelled)
    }
}
