// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// The server below answers what is no HTTP with an empty 400 and closes the connection, before there is a request to respond to.
/// This puts the problem document into that answer. No answer of ours is a 400 without content.
final class BareRefusal: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest, head.headerFields[.contentLength] == "0" else {
            return context.write(data, promise: promise)
        }
        var problem = Problem.malformedRequest("This is not an HTTP/1.1 request, or its header is too large: check the client.")
        problem.closesConnection = true
        let (response, body) = Reply.problemParts(problem)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: promise)
    }
}
