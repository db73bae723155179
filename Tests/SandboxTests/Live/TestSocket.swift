// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import Sandbox

/// A WebSocket client: what comes in is a stream of lines ("text ...", "pong ...", "close").
struct TestSocket {
    enum Outcome: Sendable {
        case open(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>)
        case refused
    }

    static let cookie = "ClientToken=\(Tokens.sandbox.client); AccessToken=\(Tokens.sandbox.access)"

    /// Opens a socket and hands it to `body`; false if the upgrade was refused.
    @discardableResult
    static func open(
        port: Int, path: String = "/ws/connector", cookie: String = Self.cookie,
        _ body: @escaping @Sendable (inout Lines, NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws -> Void = { _, _ in }
    ) async throws -> Bool {
        let negotiation: EventLoopFuture<Outcome> = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome> { channel, _ in
                        channel.eventLoop.makeCompletedFuture { .open(try NIOAsyncChannel(wrappingChannelSynchronously: channel)) }
                    }
                    let headers: HTTPHeaders = ["Host": "127.0.0.1", "Cookie": cookie]
                    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
                    let configuration = NIOTypedHTTPClientUpgradeConfiguration<Outcome>(
                        upgradeRequestHead: head, upgraders: [upgrader]
                    ) { channel in
                        channel.close(promise: nil)
                        return channel.eventLoop.makeSucceededFuture(.refused)
                    }
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(upgradeConfiguration: configuration))
                }
            }
        // A refused upgrade comes as the closed channel, or as the answer that is not 101.
        guard case .open(let channel)? = try? await negotiation.get() else { return false }
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { sink.finish() }
                    for try await frame in inbound {
                        switch frame.opcode {
                        case .text: sink.yield("text " + String(buffer: frame.unmaskedData))
                        case .pong: sink.yield("pong " + String(buffer: frame.unmaskedData))
                        case .connectionClose: sink.yield("close")
                        default: sink.yield("other")
                        }
                    }
                }
                var reader = Lines(lines: lines.makeAsyncIterator())
                try await body(&reader, outbound)
                group.cancelAll()
            }
        }
        return true
    }
}

/// What a socket received, one by one.
struct Lines {
    var lines: AsyncStream<String>.AsyncIterator

    /// The next line; nil when the connection is gone.
    mutating func next() async -> String? { await lines.next(isolation: #isolation) }

    /// The events of the next message.
    mutating func events() async -> [JSONValue] {
        guard let line = await next(), line.hasPrefix("text ") else { return [] }
        return JSONValue(parsing: Data(line.dropFirst(5).utf8))?["Events"]?.elements ?? []
    }
}

extension NIOAsyncChannelOutboundWriter<WebSocketFrame> {
    func ping(_ text: String) async throws {
        try await write(WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer(string: text)))
    }
}
