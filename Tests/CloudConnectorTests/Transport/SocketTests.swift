// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import CloudConnector

/// The WebSocket client against a real server on loopback.
@Suite(.timeLimit(.minutes(6))) struct SocketTests {
    private func dialer(
        _ server: SmallServer, ping: Duration = .seconds(54), pong: Duration = .seconds(60), handshake: Duration = .seconds(45)
    )
        -> SocketDialer
    {
        var timing = MewsTiming()
        timing.ping = ping
        timing.pongWithin = pong
        timing.handshakeWithin = handshake
        return SocketDialer(address: "ws://127.0.0.1:\(server.port)/ws/connector", timing: timing)
    }

    /// Waits for something that happens on another thread.
    private func eventually(_ condition: () -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return condition()
    }

    private func text(_ news: SocketNews?) -> String? {
        guard case .message(let data)? = news else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    private func closing(_ socket: OpenSocket) async -> String? {
        for await news in socket.news {
            if case .closed(let reason) = news { return reason }
        }
        return nil
    }

    @Test func handshake_carriesTheCookieAndThePath() async throws {
        let server = try await SmallServer.started()
        let socket = try await dialer(server).dial(cookie: "ClientToken=A; AccessToken=B")
        let head = try #require(server.upgrades.first)
        #expect(head.uri == "/ws/connector" && head.headers["Cookie"] == ["ClientToken=A; AccessToken=B"])
        #expect(head.headers["Host"] == ["127.0.0.1:\(server.port)"] && head.headers["Sec-WebSocket-Version"] == ["13"])
        socket.close()
        #expect(await eventually { server.frames.contains { $0.opcode == .connectionClose && $0.maskKey != nil } })
        try await server.stop()
    }

    @Test func messages_arriveInOrder_wholeAndInFragments() async throws {
        let server = try await SmallServer.started()
        let socket = try await dialer(server).dial(cookie: "c")
        #expect(await eventually { server.socketCount == 1 })
        server.send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: "one")))
        server.send(WebSocketFrame(fin: false, opcode: .text, data: ByteBuffer(string: "t")))
        server.send(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(string: "between")))
        server.send(WebSocketFrame(fin: false, opcode: .continuation, data: ByteBuffer(string: "")))
        server.send(WebSocketFrame(fin: true, opcode: .continuation, data: ByteBuffer(string: "wo")))
        server.send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: String(repeating: "x", count: 200_000))))
        var news = socket.news.makeAsyncIterator()
        #expect(text(await news.next()) == "one")
        #expect(text(await news.next()) == "two")
        #expect(text(await news.next())?.count == 200_000)
        #expect(await eventually { server.frames.contains { $0.opcode == .pong && String(buffer: $0.unmaskedData) == "between" } })
        socket.close()
        try await server.stop()
    }

    @Test func socket_staysOpen_whilePingsAreAnswered_andClosesWhenTheyAreNot() async throws {
        let server = try await SmallServer.started()
        let socket = try await dialer(server, ping: .milliseconds(20), pong: .milliseconds(400)).dial(cookie: "c")
        #expect(await eventually { server.frames.count { $0.opcode == .ping } >= 5 })
        server.answersPings(false)
        #expect(await closing(socket) == "no answer to a ping")
        try await server.stop()
    }

    @Test func closing_isTold_whenMewsClosesOrTheLineBreaks() async throws {
        let server = try await SmallServer.started()
        let socket = try await dialer(server).dial(cookie: "c")
        #expect(await eventually { server.socketCount == 1 })
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .goingAway)
        server.send(WebSocketFrame(fin: true, opcode: .connectionClose, data: code))
        #expect(await closing(socket) == "Mews closed it with code 1001: it is going away")
        #expect(await eventually { server.frames.contains { $0.opcode == .connectionClose } })

        let second = try await dialer(server).dial(cookie: "c")
        #expect(await eventually { server.socketCount == 2 })
        server.dropSockets()
        #expect(await closing(second) == "the connection was lost")
        try await server.stop()
    }

    @Test func socket_isClosed_whenMessagesAreTooLargeOrTooMany() async throws {
        let server = try await SmallServer.started()
        let socket = try await dialer(server).dial(cookie: "c")
        #expect(await eventually { server.socketCount == 1 })
        server.send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(repeating: 0x20, count: SocketDialer.largestFrame + 1)))
        #expect(await closing(socket) != nil)

        let flooded = try await dialer(server).dial(cookie: "c")
        #expect(await eventually { server.socketCount == 2 })
        for _ in 0..<(SocketHandler.mostWaiting + 10) {
            server.send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: "{}")))
        }
        // Nobody reads meanwhile: the server sees the end of the connection.
        #expect(await eventually { !flooded.channel.isActive })
        try await server.stop()
    }

    @Test func status_isTold_whenTheUpgradeIsRefused() async throws {
        let server = try await SmallServer.started()
        server.accepts(false)
        for (status, header) in [
            (HTTPResponseStatus.unauthorized, nil as String?), (.forbidden, nil), (.tooManyRequests, "7"), (.badGateway, nil),
        ] {
            server.reply(.answer(status, header.map { ["Retry-After": $0] } ?? [:], "no"))
            await #expect(throws: SocketFault.rejected(status: Int(status.code), retryAfter: header)) {
                try await dialer(server).dial(cookie: "c")
            }
        }
        try await server.stop()
    }

    @Test func dialing_endsInTime_whenTheServerStaysSilentOrHangsUp() async throws {
        let server = try await SmallServer.started()
        server.accepts(false)
        server.reply(.silence)
        await #expect(throws: SocketFault.self) { try await dialer(server, handshake: .milliseconds(100)).dial(cookie: "c") }
        server.reply(.hangUp)
        await #expect(throws: SocketFault.self) { try await dialer(server).dial(cookie: "c") }
        try await server.stop()
    }

    @Test func dialing_ends_whenItsTaskIsCancelled() async throws {
        let server = try await SmallServer.started()
        server.accepts(false)
        server.reply(.silence)
        let dialer = dialer(server)
        let task = Task { _ = try await dialer.dial(cookie: "c") }
        #expect(await eventually { !server.upgrades.isEmpty })
        task.cancel()
        await #expect(throws: SocketFault.self) { try await task.value }
        try await server.stop()
    }

    @Test func dialing_saysWhy_whenNobodyListens() async throws {
        let server = try await SmallServer.started()
        let dialer = dialer(server)
        try await server.stop()
        await #expect(throws: SocketFault.failed("Connection refused")) { try await dialer.dial(cookie: "c") }
    }
}
