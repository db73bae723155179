// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// A server of a few lines on a loopback port: answers POSTs as the test says, and opens WebSockets if the test lets it.
final class SmallServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: String
    }
    enum Reply: Sendable {
        case answer(HTTPResponseStatus, HTTPHeaders = [:], String = "{}")
        /// The connection is closed instead of an answer.
        case hangUp
        case silence
        /// The body of the answer stops on its way.
        case unfinished
    }
    private struct State {
        var requests: [Request] = []
        var upgrades: [HTTPRequestHead] = []
        var sockets: [any Channel] = []
        var frames: [WebSocketFrame] = []
        var reply: Reply = .answer(.ok)
        var accepts = true
        var answersPings = true
        var channel: (any Channel)?
    }
    private let state = Mutex(State())

    var requests: [Request] { state.withLock(\.requests) }
    var upgrades: [HTTPRequestHead] { state.withLock(\.upgrades) }
    var frames: [WebSocketFrame] { state.withLock(\.frames) }
    var port: Int { state.withLock { $0.channel?.localAddress?.port ?? 0 } }
    func reply(_ reply: Reply) { state.withLock { $0.reply = reply } }
    func accepts(_ accepts: Bool) { state.withLock { $0.accepts = accepts } }
    func answersPings(_ answers: Bool) { state.withLock { $0.answersPings = answers } }

    static func started(tls: NIOSSLContext? = nil) async throws -> SmallServer {
        let server = SmallServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let upgrader = NIOWebSocketServerUpgrader(
                    shouldUpgrade: { channel, head in
                        let accepts = server.state.withLock { state in
                            state.upgrades.append(head)
                            return state.accepts
                        }
                        return channel.eventLoop.makeSucceededFuture(accepts ? [:] : nil)
                    },
                    upgradePipelineHandler: { channel, _ in
                        server.state.withLock { $0.sockets.append(channel) }
                        return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(SocketEnd(server)) }
                    })
                return channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withServerUpgrade: (
                            upgraders: [upgrader], completionHandler: { $0.pipeline.removeHandler(name: "requests", promise: nil) }
                        ))
                    try channel.pipeline.syncOperations.addHandler(RequestEnd(server), name: "requests")
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.state.withLock { $0.channel = channel }
        return server
    }

    func stop() async throws {
        let channel = state.withLock { state in
            for socket in state.sockets { socket.close(promise: nil) }
            return state.channel
        }
        try await channel?.close().get()
    }

    func send(_ frame: WebSocketFrame) {
        for socket in state.withLock(\.sockets) { socket.writeAndFlush(frame, promise: nil) }
    }

    /// Upgrades that this side has finished; the client may be told of one a moment earlier.
    var socketCount: Int { state.withLock(\.sockets.count) }
    func dropSockets() { for socket in state.withLock(\.sockets) { socket.close(promise: nil) } }

    private final class RequestEnd: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let server: SmallServer
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(_ server: SmallServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(var part): body.writeBuffer(&part)
            case .end:
                guard let head else { return }
                let text = String(buffer: body)
                body.clear()
                let (reply, accepts) = server.state.withLock { state in
                    state.requests.append(Request(head: head, body: text))
                    return (state.reply, state.accepts)
                }
                // A GET that arrives here is an upgrade that was not granted.
                let isRefusedUpgrade = head.method == .GET && !accepts
                switch reply {
                case .hangUp: context.close(promise: nil)
                case .silence: break
                case .unfinished:
                    let answer = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "1000"])
                    context.write(wrapOutboundOut(.head(answer)), promise: nil)
                    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "{")))), promise: nil)
                case .answer(let status, var headers, let text):
                    headers.replaceOrAdd(name: "Content-Length", value: "\(text.utf8.count)")
                    let answer = HTTPResponseHead(
                        version: .http1_1, status: isRefusedUpgrade && status == .ok ? .unauthorized : status, headers: headers)
                    context.write(wrapOutboundOut(.head(answer)), promise: nil)
                    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
                    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
                }
            }
        }
    }

    private final class SocketEnd: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame
        private let server: SmallServer

        init(_ server: SmallServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            let answers = server.state.withLock { state in
                state.frames.append(frame)
                return state.answersPings
            }
            if frame.opcode == .ping, answers {
                context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)), promise: nil)
            }
        }
    }
}
