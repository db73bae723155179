// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1

/// NIO's own response part may hold a file and so cannot cross threads; ours hold bytes only. Closes the connection behind an answer
/// that says so, and not before its last byte is out.
final class ResponsePartHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    private var closes = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closes = !head.isKeepAlive
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let bytes): context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
        case .end(let trailers):
            let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
            if closes {
                let channel = context.channel
                sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
            }
            context.write(wrapOutboundOut(.end(trailers)), promise: sent)
        }
    }
}
