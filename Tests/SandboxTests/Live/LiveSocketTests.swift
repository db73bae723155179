// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOWebSocket
import Testing

@testable import Sandbox

private func event(_ id: String, _ state: String) -> JSONValue {
    ["Type": "DeviceCommand", "Id": .string(id), "State": .string(state)]
}

@Test(arguments: ["/", "/ws/connector"])
func socket_tellsOfEveryChange_theClientsOwnToo(path: String) async throws {
    try await withSandbox { visit async throws in
        let opened = try await TestSocket.open(port: visit.port, path: path) { lines, _ in
            let made = try await visit.state.cutKey(reservation: "1003", keyCutter: "Front desk", keys: 2)
            #expect(await lines.events() == [event(made.id, "Pending")])
            _ = try await visit.call(.updateCommand, ["CommandId": .string(made.id), "State": "Received"])
            #expect(await lines.events() == [event(made.id, "Received")])
            try await visit.state.cancel(made.id)
            #expect(await lines.events() == [event(made.id, "Cancelled")])
            let added = try await visit.call(
                .addKeyCutter,
                ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": 1])
            #expect(await lines.events() == [event(added.json?["CommandId"]?.text ?? "", "Pending")])
        }
        #expect(opened)
        try await eventually("the socket is forgotten") { await visit.state.socketCount == 0 }
    }
}

@Test(arguments: [
    "ClientToken = \(Tokens.sandbox.client); AccessToken=\(Tokens.sandbox.access)",
    "ClientToken=\(Tokens.sandbox.client); AccessToken= \(Tokens.sandbox.access)",
    "ClientToken=\(Tokens.sandbox.client)",
    "ClientToken=\(Tokens.sandbox.client); AccessToken=\(Tokens.sandbox.connector)",
    "other=1",
])
func upgrade_isRefused_whenCookieIsWrong(cookie: String) async throws {
    try await withSandbox { visit async throws in
        #expect(try await !TestSocket.open(port: visit.port, cookie: cookie))
        #expect(try await upgradeStatus(port: visit.port, cookie: cookie) == "401")
        #expect(await visit.state.socketCount == 0)
    }
}

@Test func upgrade_isRefused_whenElsewhereOrByOrder() async throws {
    try await withSandbox { visit async throws in
        #expect(try await upgradeStatus(port: visit.port, path: "/ws/other") == "404")
        #expect(try await upgradeStatus(port: visit.port, version: "8") == "426")
        #expect(try await visit.send("GET", "/ws/connector").status == 426)
        // Some clients offer HTTP/2 with a plain request: it is answered all the same.
        let offer = [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "")]
        #expect(try await visit.send("POST", ConnectorOperation.devices.path, body: "{}", headers: offer).status == 400)
        await visit.state.setFaults { $0.refuseSockets = true }
        #expect(try await upgradeStatus(port: visit.port) == "503")
        await visit.state.setFaults { $0.refuseSockets = false }
        #expect(try await TestSocket.open(port: visit.port))
    }
}

@Test func socket_answersPings_andCloses() async throws {
    try await withSandbox { visit async throws in
        try await TestSocket.open(port: visit.port) { lines, outbound in
            try await outbound.ping("still there?")
            #expect(await lines.next() == "pong still there?")
            try await outbound.write(
                WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: ByteBuffer(bytes: [3, 232])))
            #expect(await lines.next() == "close")
        }
    }
}

@Test func socket_isSilent_whenOrdered() async throws {
    try await withSandbox { visit async throws in
        try await TestSocket.open(port: visit.port) { lines, outbound in
            await visit.state.setFaults { $0.silentSockets = true }
            let lost = try await visit.state.cutKey(reservation: "1001")
            await visit.state.setFaults { $0.silentSockets = false }
            let made = try await visit.state.cutKey(reservation: "1002")
            try await outbound.ping("late")
            var heard: [String] = []
            while let line = await lines.next(), line != "pong late" { heard.append(line) }
            #expect(heard.contains { $0.contains(made.id) })
            #expect(!heard.contains { $0.contains(lost.id) })
        }
    }
}

@Test func chatter_comesAlong_whenOrdered() async throws {
    try await withSandbox { visit async throws in
        try await TestSocket.open(port: visit.port) { lines, _ in
            await visit.state.setFaults { $0.chatter = true }
            let made = try await visit.state.cutKey(reservation: "1001")
            let events = await lines.events()
            #expect(events.contains(event(made.id, "Pending")))
            let types = Set(events.compactMap { $0["Type"]?.text })
            #expect(types == ["DeviceCommand", "Reservation", "Resource", "PriceUpdate", "SomethingNew"])
            await visit.state.chatter()
            #expect(await lines.events().count == 4)
        }
    }
}

@Test func sockets_areGone_whenDroppedOrAway() async throws {
    try await withSandbox { visit async throws in
        try await TestSocket.open(port: visit.port) { lines, _ in
            await visit.state.dropSockets()
            #expect(await lines.next() == nil)
        }
        try await TestSocket.open(port: visit.port) { lines, _ in
            await visit.state.setFaults { $0.away = true }
            #expect(await lines.next() == nil)
        }
        #expect(try await upgradeStatus(port: visit.port) == "")
        await visit.state.setFaults { $0.away = false }
        #expect(try await TestSocket.open(port: visit.port))
    }
}

/// The status that an upgrade gets, as text; empty if the connection was closed without one.
private func upgradeStatus(
    port: Int, path: String = "/ws/connector", version: String = "13", cookie: String = TestSocket.cookie
) async throws -> String {
    let request = """
        GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\
        Sec-WebSocket-Version: \(version)\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: \(cookie)\r\n\r\n
        """
    return String(try await rawReply(port: port, request).dropFirst("HTTP/1.1 ".count).prefix(3))
}

@Test func pong_isWithheld_whenSilent() async throws {
    let state = SandboxServer(hotel: .small).state
    let id = UUID()
    guard case .open(let orders) = await state.openSocket(id, cookies: [TestSocket.cookie]) else {
        Issue.record("The socket was not let in.")
        return
    }
    await state.setFaults { $0.silentSockets = true }
    await state.ping(id, payload: [1])
    await state.setFaults { $0.silentSockets = false }
    await state.ping(id, payload: [2])
    await state.closeSocket(id)
    var sent: [SocketOrder] = []
    for await order in orders { sent.append(order) }
    #expect(sent == [.pong([2])])
}
