// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A webhook's other end, on a loopback port.
final class WebhookServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: String
    }
    private let state = Mutex((requests: [Request](), status: HTTPResponseStatus.ok, headers: HTTPHeaders(), isSilent: false))
    private let channel = Mutex<(any Channel)?>(nil)

    var requests: [Request] { state.withLock { $0.requests } }
    var url: String { "http://127.0.0.1:\(channel.withLock { $0?.localAddress?.port ?? 0 })/alerts/s3cr3t" }
    /// With a `Content-Length` among the headers the body it announces never comes.
    func answer(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:]) {
        state.withLock { ($0.status, $0.headers) = (status, headers) }
    }
    func beSilent() { state.withLock { $0.isSilent = true } }

    static func started() async throws -> WebhookServer {
        let server = WebhookServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(End(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        return server
    }

    func stop() async throws { try await channel.withLock { $0 }?.close() }

    private final class End: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let server: WebhookServer
        private var request: Request?

        init(_ server: WebhookServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): request = Request(head: head, body: "")
            case .body(let piece): request?.body += String(buffer: piece)
            case .end:
                guard let request else { return }
                let (status, headers, isSilent) = server.state.withLock { state in
                    state.requests.append(request)
                    return (state.status, state.headers, state.isSilent)
                }
                if isSilent { return }
                var fields = headers
                let hasEnd = !fields.contains(name: "Content-Length")
                if hasEnd { fields.add(name: "Content-Length", value: "0") }
                let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
                context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
                if hasEnd { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
            }
        }
    }
}
