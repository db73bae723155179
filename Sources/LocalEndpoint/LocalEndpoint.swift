// SPDX-License-Identifier: Apache-2.0
import AccessCore
import BridgeCore
import EncoderModel
import Foundation
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The HTTP way into the bridge, for programs on the same machine, and with TLS for those of others (docs/http-api.md). Built on Hummingbird's server without its
/// Application, which would wake up every second to look at the clock; here nothing happens while nobody asks.
public struct LocalEndpoint: Sendable {
    /// Where the endpoint listens and whom it lets in.
    public struct Configuration: Sendable {
        public var listen: ListenAddress
        /// `nil`, no tokens file: everyone on this machine may read and nobody may write. Empty, a file without tokens: nobody may either.
        public var tokens: [EndpointToken]?
        /// `nil`: without TLS, for this machine only.
        public var certificate: EndpointCertificate?
        /// How long an order may take to be kept by the journal; a disk that takes longer does not answer.
        public var keeping: Duration

        public init(
            listen: ListenAddress, tokens: [EndpointToken]?, certificate: EndpointCertificate? = nil, keeping: Duration = .seconds(10)
        ) {
            self.listen = listen
            self.tokens = tokens
            self.certificate = certificate
            self.keeping = keeping
        }

        /// Whoever reaches it over a network shows a token, and nobody else reads that.
        var isClosed: Bool { listen.isLocal || certificate != nil && tokens != nil }
    }

    private let configuration: Configuration
    private let responder: Responder
    private let logger: Logger

    /// - Parameters:
    ///   - access: grants and locks, where the site has any.
    ///   - book: what the desk page needs; `nil`: no page.
    ///   - metrics: makes the page of `GET /metrics`, in Prometheus' text format.
    ///   - status: makes the document that `GET /v1/status` shows.
    public init(
        configuration: Configuration, desk: any JobDesk, access: AccessService? = nil, book: DeskBook? = nil,
        logger: Logger = Logger(label: "endpoint"), metrics: @escaping @Sendable () async -> String = { "" },
        status: @escaping @Sendable () async -> BridgeStatusDocument
    ) {
        self.configuration = configuration
        self.logger = logger
        responder = Responder(
            desk: desk, access: access, status: status, metrics: metrics, book: book, tokens: configuration.tokens,
            originGuard: OriginGuard(isEncrypted: configuration.certificate != nil), keeping: configuration.keeping,
            run: String(UUID().uuidString.filter { $0 != "-" }.prefix(12)).lowercased(), logger: logger)
    }

    /// The tokens file was read again: who is let in from now on. Open streams stay open.
    public func renew(tokens: [EndpointToken]?) { responder.tokenGuard.withLock { $0 = TokenGuard(tokens: tokens) } }

    /// Serves until the task is cancelled. Then no new connection is taken, event streams end, clients that wait get their job as it is,
    /// and running answers have two seconds.
    /// - Parameter onListening: called once, with the address that is really bound (port 0 has become a number).
    /// - Throws: ``EndpointFault`` if the address cannot be had, or may not be listened on without TLS and tokens.
    public func run(onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }) async throws {
        guard configuration.isClosed else {
            throw EndpointFault(
                "\(configuration.listen) can be reached from other machines, which needs endpoint.tls and endpoint.tokensFile")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result = await serve(on: group, onListening)
        try await group.shutdownGracefully()
        if case .unix(let path) = configuration.listen, case .success = result { unlink(path) }
        try result.get()
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup, _ onListening: @escaping @Sendable (ListenAddress) async -> Void
    ) async -> Result<Void, any Error> {
        let listen = configuration.listen
        if case .unix(let path) = listen, await isServed(path, group) {
            return .failure(EndpointFault("\(listen): another program serves on this socket: stop it or choose another path"))
        }
        guard let certificate = configuration.certificate else { return await serve(channels, on: group, onListening) }
        do {
            return await serve(try TLSChannel(channels, tlsConfiguration: certificate.configuration()), on: group, onListening)
        } catch {
            return .failure(EndpointFault("the certificate cannot be used (\(error)): look at endpoint.tls"))
        }
    }

    private func serve(
        _ channels: some ServerChildChannel, on group: MultiThreadedEventLoopGroup,
        _ onListening: @escaping @Sendable (ListenAddress) async -> Void
    ) async -> Result<Void, any Error> {
        let listen = configuration.listen
        let server = makeServer(channels, on: group) { channel in
            if case .unix(let path) = listen { chmod(path, 0o660) }
            await onListening(Self.bound(listen, channel))
        }
        let stopping = Mutex<Task<Void, Never>?>(nil)
        let serving = Task { try await server.run() }
        let result = await withTaskCancellationHandler {
            await serving.result
        } onCancel: {
            responder.streams.endAll()
            responder.waits.endAll()
            let stop = Task {
                let alarm = Task {
                    try await Task.sleep(for: .seconds(RequestLimits.stopTime))
                    serving.cancel()
                }
                try? await server.shutdownGracefully()
                alarm.cancel()
            }
            stopping.withLock { $0 = stop }
        }
        // Stopped before it had begun, the server calls that an error; the caller who cancelled does not. Its event loops must live until
        // nobody asks them for anything any more: a promise of a loop that has ended is never kept.
        if let stop = stopping.withLock({ $0 }) {
            await stop.value
            return .success(())
        }
        return result.mapError { Self.fault($0, listen) }
    }

    private var channels: HTTP1Channel {
        let responder = responder
        let places = ConnectionPlaces(limit: Capacity.ofThisProcess.connections)
        return HTTP1Channel(
            responder: { request, writer, channel in try await responder.respond(to: request, writer, channel) },
            configuration: .init(
                additionalChannelHandlers: [BareRefusal(), PlaceKeeper(places)], idleTimeout: .seconds(RequestLimits.idleTime),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: RequestLimits.headerField, maxHeaderListSize: RequestLimits.headerList,
                    maxHeaderFieldCount: RequestLimits.headerCount)))
    }

    private func makeServer<Channels: ServerChildChannel>(
        _ channels: Channels, on group: MultiThreadedEventLoopGroup, _ onRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> Server<Channels> {
        let address: BindAddress =
            switch configuration.listen {
            case .tcp(let host, let port): .hostname(host, port: port)
            case .unix(let path): .unixDomainSocket(path: path)
            }
        return Server(
            childChannelSetup: channels,
            configuration: .init(
                address: address, backlog: RequestLimits.connections,
                availableConnectionsDelegate: DescriptorGate()),
            onServerRunning: onRunning, eventLoopGroup: group, logger: logger)
    }

    /// Whether somebody answers on a socket file. One where nobody does is left over from a crash and is replaced.
    private func isServed(_ path: String, _ group: MultiThreadedEventLoopGroup) async -> Bool {
        guard let channel = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() else { return false }
        try? await channel.close()
        return true
    }

    private static func bound(_ listen: ListenAddress, _ channel: any Channel) -> ListenAddress {
        guard case .tcp(let host, _) = listen, let port = channel.localAddress?.port else { return listen }
        return .tcp(host: host, port: port)
    }

    private static func fault(_ error: any Error, _ listen: ListenAddress) -> any Error {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            EndpointFault("\(listen) is in use by another program: stop it or choose another address in endpoint.listen")
        case let error as IOError where error.errnoCode == EACCES:
            EndpointFault("\(listen) may not be used by this user: choose a port above 1023, or a directory that it may write")
        case let error as IOError:
            EndpointFault("cannot listen on \(listen) (\(error.description)): check endpoint.listen")
        case is UnixDomainSocketPathWrongType:
            EndpointFault("\(listen) is no socket and is left alone: remove the file or choose another path")
        default:
            EndpointFault("cannot listen on \(listen) (\(error)): check endpoint.listen")
        }
    }
}
