// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import Sandbox

private let upgradeHead = """
    GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: \(TestSocket.cookie)\r\n
    """

/// What may come over a wire that nobody trusts: bodies where none belong, requests behind an upgrade, frames that are none.
private let hostile = [
    upgradeHead + "Content-Length: 5\r\n\r\nhello", upgradeHead + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    upgradeHead + "\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", upgradeHead + "Cookie: a=b\r\n\r\n",
    upgradeHead + "\r\n\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n", "GET /%00 HTTP/1.1\r\nHost: \u{1}\r\n\r\n",
    "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\nbytes",
]

@Test func server_survives_whateverComes() async throws {
    var limits = SandboxLimits()
    limits.patience = .milliseconds(200)
    try await withSandbox(limits: limits) { visit async throws in
        let ended = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for bytes in hostile {
                group.addTask {
                    _ = try await rawReply(port: visit.port, bytes)
                    await ended.count()
                }
            }
            // A socket that was let in stays open, so it is cut off from this side.
            try await eventually("every connection ends") {
                await visit.state.dropSockets()
                return await ended.number == hostile.count
            }
            try await group.waitForAll()
        }
        // A slow machine may make the client too slow for this sandbox's short patience: then it asks again.
        try await eventually("it still answers") { (try? await visit.call(.devices).status) == 200 }
    }
}

private actor Counter {
    private(set) var number = 0
    func count() { number += 1 }
}

@Test func server_stops_whileConnectionsCome() async throws {
    for _ in 1...20 {
        let clients = Mutex<[Task<Void, Never>]>([])
        try await withSandbox { visit async throws in
            for _ in 1...20 {
                // What becomes of them does not matter: the server stops in their midst.
                let plain = Task { _ = try? await rawReply(port: visit.port, "GET /sandbox HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                let socket = Task { _ = try? await TestSocket.open(port: visit.port) { lines, _ in _ = await lines.next() } }
                clients.withLock { $0 += [plain, socket] }
            }
            try await eventually("somebody comes") { await visit.state.socketCount > 0 }
        }
        for client in clients.withLock({ $0 }) { await client.value }
    }
}
