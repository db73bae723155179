// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells ``ConnectionPlaces`` what one connection does.
final class PlaceKeeper: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let places: ConnectionPlaces

    init(_ places: ConnectionPlaces) { self.places = places }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        // A client on another machine can vanish without a word; its event stream would stay open for ever.
        if context.channel.localAddress?.port != nil {
            context.channel.setOption(.socketOption(.so_keepalive), value: 1).whenFailure { _ in }
        }
        places.enter(ObjectIdentifier(channel)) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { places.leave(ObjectIdentifier(context.channel)) }

    func channelInactive(context: ChannelHandlerContext) {
        places.leave(ObjectIdentifier(context.channel))
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { places.asked(ObjectIdentifier(context.channel)) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { places.answered(ObjectIdentifier(context.channel)) }
        context.write(data, promise: promise)
    }
}
