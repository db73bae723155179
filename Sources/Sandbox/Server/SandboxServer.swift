// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A PMS to practise with: it speaks the Mews Connector API (HTTP and WebSocket on one port) as far as key cutting goes, is strict in
/// what it takes, and fails on order. See `ControlRoutes.help` for what can be ordered over HTTP; `state` offers the same in process.
public struct SandboxServer: Sendable {
    /// The hotel while it runs.
    public let state: SandboxState
    private let limits: SandboxLimits
    private let access: ControlAccess
    private let logger: Logger

    /// - Parameters:
    ///   - control: who may use the page and the control API.
    ///   - now: the clock of commands and of the request limit.
    public init(
        hotel: Hotel = .small, limits: SandboxLimits = SandboxLimits(), control: ControlAccess = .thisMachine,
        logger: Logger = Logger(label: "sandbox"), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        state = SandboxState(hotel: hotel, limits: limits, now: now)
        self.limits = limits
        access = control
        self.logger = logger
    }

    /// Serves until the task is cancelled.
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - onListening: called once with the port, when connections are taken.
    /// - Throws: when the address cannot be listened on.
    public func run(host: String, port: Int, onListening: @Sendable (Int) -> Void = { _ in }) async throws {
        let connections = Connections(limit: limits.connections)
        let router = Router(state: state, control: ControlRoutes(state: state, access: access))
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel, connections, router) }
            }
        let ended: Result<Void, any Error>
        do {
            try await listener.executeThenClose { accepted in
                onListening(listener.channel.localAddress?.port ?? port)
                for try await () in accepted {}
            }
            ended = .success(())
        } catch {
            ended = .failure(error)
        }
        await connections.stop()
        try ended.get()
    }

    private func accept(_ channel: any Channel, _ connections: Connections, _ router: Router) throws {
        guard connections.enter(channel) else { return channel.close(promise: nil) }
        try ConnectionSetup(state: state, limits: limits).apply(to: channel).whenSuccess { connection in
            connections.serve(channel) { await serve(connection, router) }
        }
    }

    /// One connection's end never ends the server.
    private func serve(_ connection: AcceptedConnection, _ router: Router) async {
        do {
            switch connection {
            case .http(let channel): try await HTTPConnection(channel: channel, router: router, limits: limits).serve()
            case .socket(let channel, let id, let orders):
                try await SocketConnection(channel: channel, id: id, orders: orders, state: state).serve()
            case .turnedAway: break
            }
        } catch {
            // A client that leaves in the middle is no news for anybody but a developer.
            logger.debug("A connection ended: \(error)")
        }
    }

    /// What a person needs to set a bridge up with this sandbox: addresses and tokens.
    public func greeting(host: String, port: Int) -> String {
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let tokens = state.hotel.tokens
        return """
            \(state.hotel.name), a sandbox PMS: nothing in it is real.
              Page:            http://\(address)/
              Control:         http://\(address)/sandbox
              API:             http://\(address)
              WebSocket:       ws://\(address)/ws/connector
              ClientToken:     \(tokens.client)
              AccessToken:     \(tokens.access)
              ConnectorToken:  \(tokens.connector)   (the form of 2015, app/signIn)
            """
    }
}
