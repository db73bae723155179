// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOWebSocket

/// The open socket as the connector holds it.
struct OpenSocket: MewsSocket {
    let news: AsyncStream<SocketNews>
    let channel: any Channel

    /// Says goodbye and closes, without waiting for the other side.
    func close() {
        var code = channel.allocator.buffer(capacity: 2)
        code.write(webSocketErrorCode: .normalClosure)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code)
        channel.writeAndFlush(frame).whenComplete { [channel] _ in channel.close(promise: nil) }
    }
}

/// Our end of the socket: messages in, pings out, and the end of it for whatever reason, told once.
final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Messages that may wait for the connector. When more come, the socket is closed: all active commands are read after the next
    /// connect, so nothing is lost.
    static let mostWaiting = 256

    private let feed: AsyncStream<SocketNews>.Continuation
    private let timing: MewsTiming
    private var nextPing: Scheduled<Void>?
    private var pongDeadline: Scheduled<Void>?
    private var hasEnded = false

    init(feed: AsyncStream<SocketNews>.Continuation, timing: MewsTiming) {
        self.feed = feed
        self.timing = timing
    }

    func handlerAdded(context: ChannelHandlerContext) { schedulePing(context) }

    func handlerRemoved(context: ChannelHandlerContext) { end("the connection was lost") }

    func channelInactive(context: ChannelHandlerContext) {
        end("the connection was lost")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(NetworkWords.reason(error))
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary:
            if case .dropped = feed.yield(.message(Data(buffer: frame.unmaskedData))) {
                end("more messages came than could be read")
                context.close(promise: nil)
            }
        case .ping:
            send(context, .pong, frame.unmaskedData)
        case .pong:
            pongDeadline?.cancel()
            pongDeadline = nil
        case .connectionClose:
            var payload = frame.unmaskedData
            let code = payload.readSlice(length: min(2, payload.readableBytes)) ?? ByteBuffer()
            let number = code.getInteger(at: code.readerIndex, as: UInt16.self)
            end(Self.words(ofClosing: number, payload))
            send(context, .connectionClose, code)
            context.close(promise: nil)
        default:
            break
        }
    }

    /// RFC 6455, section 7.4.1.
    private static func words(ofClosing code: UInt16?, _ payload: ByteBuffer) -> String {
        let reason = Notes.plain(String(buffer: payload), upTo: 80)
        let meaning: String? =
            switch code {
            case 1000: "it was no longer needed"
            case 1001: "it is going away"
            case 1008: "its rules forbid it"
            case 1011: "it has a fault of its own"
            case 1012: "it restarts"
            case 1013: "it has too much to do"
            default: nil
            }
        let words = reason.isEmpty ? meaning : "\"\(reason)\""
        return "Mews closed it\(code.map { " with code \($0)" } ?? "")\(words.map { ": \($0)" } ?? "")"
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        nextPing = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timing.ping)) { [weak self] in
            guard let self, !self.hasEnded else { return }
            self.send(context, .ping, ByteBuffer())
            // A pong that is still missing when the next ping goes out keeps its own deadline.
            if self.pongDeadline == nil { self.awaitPong(context) }
            self.schedulePing(context)
        }
    }

    private func awaitPong(_ context: ChannelHandlerContext) {
        pongDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timing.pongWithin)) { [weak self] in
            self?.end("no answer to a ping")
            context.close(promise: nil)
        }
    }

    private func send(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)), promise: nil)
    }

    private func end(_ reason: String) {
        guard !hasEnded else { return }
        hasEnded = true
        nextPing?.cancel()
        pongDeadline?.cancel()
        feed.yield(.closed(reason))
        feed.finish()
    }
}
