// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import EncoderModel
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// The way to Mews over the network: requests through async-http-client, the socket through ``SocketDialer``.
/// Nothing here logs: bodies, headers and addresses carry tokens and guests' names.
final class NetworkTransport: MewsTransport {
    /// Largest answer that is read. Printers' commands carry whole documents, so lists can be long.
    static let largestAnswer = 32 * 1024 * 1024

    private let api: String
    private let trustRoots: String?
    private let dialer: SocketDialer
    /// Made at the first request, because a client that was made must also be shut down. None is made after that: a request that came when the
    /// bridge was asked to end would open one that nobody closes.
    private let client = Mutex<(made: HTTPClient?, isOver: Bool)>((nil, false))

    init(_ configuration: MewsConfiguration) {
        var api = configuration.api
        while api.hasSuffix("/") { api.removeLast() }
        self.api = api
        trustRoots = configuration.trustRootsFile
        dialer = SocketDialer(address: configuration.webSocket, trustRoots: configuration.trustRootsFile, timing: configuration.timing)
    }

    func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer {
        var request = HTTPClientRequest(url: api + operation.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "Accept-Encoding", value: "identity")
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            guard let client = open() else { throw TransportFault(mayHaveArrived: false, reason: "the bridge stops") }
            return try await Self.within(limit) { [request] in
                let response = try await client.execute(request, timeout: TimeAmount(limit))
                let bytes = try await response.body.collect(upTo: Self.largestAnswer)
                return Answer(
                    status: Int(response.status.code),
                    contentType: response.headers.first(name: "Content-Type"),
                    retryAfter: response.headers.first(name: "Retry-After"),
                    requestID: response.headers.first(name: "Request-Id"),
                    date: response.headers.first(name: "Date"),
                    body: Data(buffer: bytes))
            }
        } catch let fault as TransportFault {
            throw fault
        } catch {
            throw NetworkWords.fault(error)
        }
    }

    /// The client's own limit is for the head of an answer: a body that stops on its way would be waited for without an end.
    private static func within<Value: Sendable>(
        _ limit: Duration, _ exchange: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await exchange() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket { try await dialer.dial(cookie: cookie) }

    func shutdown() async {
        let client = client.withLock { client in
            defer { client = (nil, true) }
            return client.made
        }
        // The only error of a shutdown is that it happened before.
        try? await client?.shutdown()
    }

    private func open() -> HTTPClient? {
        client.withLock { client in
            if let made = client.made { return made }
            if client.isOver { return nil }
            var configuration = HTTPClient.Configuration()
            // Tokens go to the configured address and nowhere else.
            configuration.redirectConfiguration = .disallow
            configuration.timeout.connect = .seconds(15)
            configuration.tlsConfiguration = .trusting(trustRoots)
            // Some proxies compress what was asked for plain. Undone up to the size that is read anyway.
            configuration.decompression = .enabled(limit: .size(Self.largestAnswer))
            // Trying again is decided in one place, and that is not here.
            configuration.connectionPool.retryConnectionEstablishment = false
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client.made = made
            return made
        }
    }
}

/// Network errors in a few words.
enum NetworkWords {
    static func fault(_ error: any Error) -> TransportFault {
        switch error {
        case let error as NIOConnectionError:
            return TransportFault(mayHaveArrived: false, reason: reason(error))
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return TransportFault(mayHaveArrived: false, reason: reason(error))
        case let error as HTTPClientError:
            let early: [HTTPClientError] = [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost]
            return TransportFault(mayHaveArrived: !early.contains(error), reason: Notes.plain(error.shortDescription, upTo: 120))
        case NIOSSLError.handshakeFailed:
            return TransportFault(mayHaveArrived: false, reason: reason(error))
        case is NIOSSLExtraError:
            // Nothing is sent before the other side's name has been checked.
            return TransportFault(mayHaveArrived: false, reason: reason(error))
        default:
            return TransportFault(mayHaveArrived: true, reason: reason(error))
        }
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return reason(first.error) }
            return "no address for \(Notes.plain(error.host, upTo: 80))"
        case let error as IOError:
            return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout:
            return "no answer to the connection attempt"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "TLS failed: the certificate is for another name (does a proxy stand in between?)"
        case is NIOSSLError, is NIOSSLExtraError:
            return tls("\(error)")
        default:
            return Notes.plain("\(error)", upTo: 120)
        }
    }

    /// BoringSSL's errors come as `sslError([Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at ...])`.
    private static func tls(_ error: String) -> String {
        let known: [(mark: String, words: String)] = [
            ("WRONG_VERSION_NUMBER", "TLS failed: the other side does not speak TLS (is the port right, does a proxy stand in between?)"),
            ("HTTP_REQUEST", "TLS failed: the other side does not speak TLS (is the port right?)"),
            ("UNSUPPORTED_PROTOCOL", "TLS failed: the other side speaks TLS older than 1.2, which is not safe: update what stands there"),
            ("PROTOCOL_VERSION", "TLS failed: the other side speaks TLS older than 1.2, which is not safe: update what stands there"),
            (
                "CERTIFICATE_VERIFY_FAILED",
                "TLS failed: the certificate is not trusted (does a proxy open TLS, see trustRootsFile; is this machine's clock right?)"
            ),
            ("UNKNOWN_CA", "TLS failed: the other side trusts none of our certificates"),
            ("HANDSHAKE_FAILURE", "TLS failed: the two sides have no cipher in common"),
        ]
        if let found = known.first(where: { error.contains($0.mark) }) { return found.words }
        // The name of the fault is the last part before the place in the source code.
        let name = error.split(separator: ":").last.map { $0.prefix { $0 != " " && $0 != "]" && $0 != ")" } } ?? ""
        let words = name.lowercased().replacing("_", with: " ").filter { $0.isLetter || $0 == " " }
        return words.isEmpty ? "TLS failed" : "TLS failed: \(Notes.plain(words, upTo: 60))"
    }
}
