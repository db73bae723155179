// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// What became of a connection after its first request.
enum AcceptedConnection: Sendable {
    case http(NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>)
    case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, id: UUID, orders: AsyncStream<SocketOrder>)
    /// An upgrade that was not granted.
    case turnedAway
}

/// Holds a socket's orders between the moment it is let in and the end of the upgrade.
private final class SocketPlace: Sendable {
    private let orders = Mutex<AsyncStream<SocketOrder>?>(nil)

    func take(_ stream: AsyncStream<SocketOrder>) { orders.withLock { $0 = stream } }
    func leave() -> AsyncStream<SocketOrder>? { orders.withLock { $0.take() } }
}

/// Builds the pipeline of a new connection: HTTP first, a WebSocket if that is asked for and granted.
struct ConnectionSetup: Sendable {
    let state: SandboxState
    let limits: SandboxLimits

    /// - Returns: when the first request has decided what the connection is.
    func apply(to channel: any Channel) throws -> EventLoopFuture<AcceptedConnection> {
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [socketUpgrader()],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ResponsePartHandler())
                        return AcceptedConnection.http(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                    }
                }))
        configuration.decoderConfiguration.maxHeaderFieldSize = limits.headerBytes
        configuration.decoderConfiguration.maxHeaderListSize = limits.headerBytes
        configuration.decoderConfiguration.maxHeaderFieldCount = 100
        let settled = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: configuration)

        let upgrade = try channel.pipeline.syncOperations.handler(type: NIOTypedHTTPServerUpgradeHandler<AcceptedConnection>.self)
        try channel.pipeline.syncOperations.addHandler(UpgradeFilter(), position: .before(upgrade))

        // Who connects and then says nothing, or nothing that can be understood, is sent away.
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.patience)) { channel.close(promise: nil) }
        settled.whenComplete { _ in deadline.cancel() }
        settled.whenFailure { _ in channel.close(promise: nil) }
        return settled
    }

    private func socketUpgrader() -> NIOTypedWebSocketServerUpgrader<AcceptedConnection> {
        let id = UUID()
        // The socket listens from before the client knows that it is open: no event falls in between.
        let place = SocketPlace()
        return NIOTypedWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in
                let cookies = head.headers["cookie"]
                return channel.eventLoop.makeFutureWithTask { await state.openSocket(id, cookies: cookies) }.flatMap { admission in
                    switch admission {
                    case .open(let orders):
                        place.take(orders)
                        // At once, if the client has left in the meantime.
                        channel.closeFuture.whenComplete { _ in Task { await state.closeSocket(id) } }
                        return channel.eventLoop.makeSucceededFuture(HTTPHeaders([("Request-Id", Response.newRequestId())]))
                    case .refused(let refusal): return turnAway(channel, refusal)
                    case .hungUp: return turnAway(channel, nil)
                    }
                }
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let orders = place.leave() else { return .turnedAway }
                    return .socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), id: id, orders: orders)
                }
            })
    }

    /// Answers a refused upgrade and closes: NIO keeps the request to itself once an upgrade was tried, so nobody else would answer.
    private func turnAway(_ channel: any Channel, _ refusal: ApiRefusal?) -> EventLoopFuture<HTTPHeaders?> {
        if let refusal {
            let response = Response.refusal(refusal, requestId: Response.newRequestId())
            let out = channel.pipeline.syncOperations
            out.write(NIOAny(HTTPServerResponsePart.head(response.head(keepAlive: false))), promise: nil)
            out.write(NIOAny(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
            out.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: nil)
        }
        return channel.close().map { nil }
    }
}
