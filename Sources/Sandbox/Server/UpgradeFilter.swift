// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1

/// Takes the wish for an upgrade out of a request that cannot have one, so that it is answered as a plain request. Without this NIO
/// would swallow it: some HTTP clients offer `h2c` with every request. The connection ends with the answer, because the parser stops
/// behind such a request. Only a connection's first request can upgrade it, so the filter leaves after that one's head: what comes
/// behind it may be WebSocket bytes.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// The paths where a WebSocket may be opened.
    static let socketPaths: Set<Substring> = ["/", "/ws/connector"]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        defer { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
        guard case .head(var head) = unwrapInboundIn(data), head.headers.contains(name: "upgrade"), !Self.mayOpenSocket(head) else {
            context.fireChannelRead(data)
            return
        }
        head.headers.remove(name: "upgrade")
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Whether it is a WebSocket upgrade (RFC 6455) at one of our paths.
    static func mayOpenSocket(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET && socketPaths.contains(head.uri.prefix { $0 != "?" })
            && head.headers[canonicalForm: "upgrade"].map { $0.lowercased() } == ["websocket"]
            && head.headers["sec-websocket-key"].count == 1 && head.headers["sec-websocket-version"] == ["13"]
    }
}
