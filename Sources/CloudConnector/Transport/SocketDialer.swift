// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Opens the socket: TCP, TLS for `wss`, and the upgrade with the tokens in a Cookie header.
struct SocketDialer: Sendable {
    /// Largest frame, largest message, and most fragments a message may come in.
    static let largestFrame = 1 << 20
    static let largestMessage = 4 << 20
    static let mostFragments = 1024

    var address: String
    var trustRoots: String?
    var timing: MewsTiming

    private enum Upgrade: Sendable {
        case open(OpenSocket)
        case rejected(EventLoopFuture<SocketFault>)
    }

    func dial(cookie: String) async throws(SocketFault) -> OpenSocket {
        guard let parts = URLComponents(string: address), let name = parts.host, !name.isEmpty else {
            throw .failed("connector.mews.webSocket is not an address")
        }
        let host = name.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let secure = parts.scheme?.lowercased() == "wss"
        let port = parts.port ?? (secure ? 443 : 80)
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath,
            headers: ["Host": parts.port.map { "\(name):\($0)" } ?? name, "Cookie": cookie])
        let attempt = Attempt()
        let result: Upgrade
        do {
            let tls = secure ? try NIOSSLContext(configuration: .trusting(trustRoots)) : nil
            result = try await withTaskCancellationHandler {
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connectTimeout(TimeAmount(timing.handshakeWithin))
                    .connect(host: host, port: port) { [timing] channel in
                        attempt.began(channel)
                        return channel.eventLoop.makeCompletedFuture {
                            if let tls {
                                // A certificate is checked against a name; an address has no SNI.
                                let serverName = (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
                                try channel.pipeline.syncOperations.addHandler(
                                    NIOSSLClientHandler(context: tls, serverHostname: serverName))
                            }
                            return try Self.upgrade(channel, head, timing)
                        }
                    }
                    .get()
            } onCancel: {
                attempt.close()
            }
        } catch {
            throw .failed(NetworkWords.reason(error))
        }
        switch result {
        case .open(let socket):
            return socket
        case .rejected(let answer):
            let fault: SocketFault
            do { fault = try await answer.get() } catch { throw .failed(NetworkWords.reason(error)) }
            attempt.close()
            throw fault
        }
    }

    private static func upgrade(_ channel: any Channel, _ head: HTTPRequestHead, _ timing: MewsTiming) throws -> EventLoopFuture<Upgrade> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(maxFrameSize: largestFrame) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                let (news, feed) = AsyncStream<SocketNews>.makeStream(bufferingPolicy: .bufferingOldest(SocketHandler.mostWaiting))
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: mostFragments, maxAccumulatedFrameSize: largestMessage))
                try channel.pipeline.syncOperations.addHandler(SocketHandler(feed: feed, timing: timing))
                return .open(OpenSocket(news: news, channel: channel))
            }
        }
        let configuration = NIOTypedHTTPClientUpgradeConfiguration<Upgrade>(
            upgradeRequestHead: head, upgraders: [upgrader]
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                let promise = channel.eventLoop.makePromise(of: SocketFault.self)
                try channel.pipeline.syncOperations.addHandler(RejectionReader(promise))
                return .rejected(promise.futureResult)
            }
        }
        let result = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: configuration))
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(timing.handshakeWithin)) { channel.close(promise: nil) }
        result.whenComplete { _ in limit.cancel() }
        return result
    }
}

/// The channel of an attempt that may be given up before it has come to anything.
private final class Attempt: Sendable {
    private struct State {
        var channel: (any Channel)?
        var isOver = false
    }
    private let state = Mutex(State())

    func began(_ channel: any Channel) {
        let isOver = state.withLock { state in
            state.channel = channel
            return state.isOver
        }
        if isOver { channel.close(promise: nil) }
    }

    func close() {
        let channel = state.withLock { state in
            state.isOver = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}

/// Reads the status of an upgrade that was refused.
private final class RejectionReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<SocketFault>
    private var isDone = false

    init(_ promise: EventLoopPromise<SocketFault>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        finish(.rejected(status: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After")))
    }

    func channelInactive(context: ChannelHandlerContext) { finish(.failed("the handshake was cut off")) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(.failed(NetworkWords.reason(error))) }

    func handlerRemoved(context: ChannelHandlerContext) { finish(.failed("the handshake was cut off")) }

    private func finish(_ fault: SocketFault) {
        guard !isDone else { return }
        isDone = true
        promise.succeed(fault)
    }
}
