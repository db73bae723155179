// SPDX-License-Identifier: Apache-2.0
import AccessCore
import AsyncHTTPClient
import BridgeCore
import EncoderModel
import Foundation
import LocalEndpoint
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Testing

/// Secrets of the tests; long enough for ``EndpointToken``.
enum Secret {
    static let write = "write-token-0123456789abcdef"
    static let read = "read-token-0123456789abcdef"

    static func tokens() throws -> [EndpointToken] {
        try [
            EndpointToken(name: "front-office", scope: .write, secret: write), EndpointToken(name: "screen", scope: .read, secret: read),
        ]
    }
}

/// Runs an endpoint on a free port for as long as `body` takes.
func withEndpoint(
    _ desk: FakeDesk = FakeDesk(), tokens: [EndpointToken]? = nil, hasTokensFile: Bool = true,
    listen: ListenAddress = .tcp(host: "127.0.0.1", port: 0), certificate: EndpointCertificate? = nil, access: AccessService? = nil,
    language: Language? = nil, keeping: Duration = .seconds(10), _ body: @escaping @Sendable (Client) async throws -> Void
) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let endpoint = LocalEndpoint(
        configuration: .init(
            listen: listen, tokens: hasTokensFile ? try tokens ?? Secret.tokens() : nil, certificate: certificate, keeping: keeping),
        desk: desk, access: access, book: try language.map(book), logger: logger
    ) {
        BridgeStatusDocument(
            encoders: await desk.encoders(),
            connectors: [ConnectorStatus(name: "mews", state: .connected, since: Date(timeIntervalSince1970: 0))],
            queue: QueueStatus(unfinishedJobs: 1, undeliveredReports: 2))
    }
    let (addresses, announce) = AsyncStream<ListenAddress>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { announce.finish() }
            try await endpoint.run { announce.yield($0) }
        }
        if let address = await addresses.first(where: { _ in true }) {
            try await body(Client(address: address))
            group.cancelAll()
        }
        try await group.waitForAll()
    }
}

/// What a page needs, of a hotel without keys.
private func book(_ language: Language) throws -> DeskBook {
    try DeskBook(words: Words(language), zone: { .gmt }, byHand: { [] }, history: { _ in nil }, keys: { _ in [] })
}

/// An answer, read to its end.
struct Answer: Sendable {
    var status: UInt
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    func value(_ key: String) -> String? { object()[key].map { "\($0)" } }
    func object(_ key: String) -> [String: Any] { object()[key] as? [String: Any] ?? [:] }
    func object() -> [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }

    /// Status and type of a problem document, or what is wrong with it.
    var problem: String {
        guard headers["content-type"] == "application/problem+json" else { return "no problem document: \(status) \(text)" }
        guard value("status") == "\(status)", let type = value("type"), value("title") != nil, value("instance") != nil,
            let detail = value("detail"), !detail.isEmpty
        else { return "incomplete problem document: \(text)" }
        return "\(status) \(type.split(separator: ":").last ?? "")"
    }
}

struct Client: Sendable {
    let address: ListenAddress
    static let order = #"{"lockIds":["101","Pool"],"validFrom":"2026-11-21T14:00:00Z","validUntil":"2026-11-23T11:00:00Z"}"#

    var base: String {
        switch address {
        case .tcp: "http://\(address)"
        case .unix(let path): "http+unix://\(path.replacingOccurrences(of: "/", with: "%2F"))"
        }
    }

    func request(_ method: String, _ path: String, token: String? = nil, headers: [(String, String)] = []) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if case .unix = address { request.headers.add(name: "Host", value: "localhost") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return request
    }

    func send(
        _ method: String, _ path: String, token: String? = nil, headers: [(String, String)] = [], body: Data? = nil
    ) async throws -> Answer {
        var request = request(method, path, token: token, headers: headers)
        if let body { request.body = .bytes(ByteBuffer(data: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 4 << 20)
        var fields: [String: String] = [:]
        for field in response.headers { fields[field.name.lowercased()] = field.value }
        return Answer(status: response.status.code, headers: fields, body: Data(buffer: bytes))
    }

    func get(_ path: String, token: String? = Secret.read) async throws -> Answer { try await send("GET", path, token: token) }

    func order(
        _ body: String = Client.order, on encoder: String = "front-desk", token: String? = Secret.write, headers: [(String, String)] = []
    ) async throws -> Answer {
        try await send(
            "POST", "/v1/encoders/\(encoder)/jobs", token: token, headers: [("Content-Type", "application/json")] + headers,
            body: Data(body.utf8))
    }

    /// Sends bytes as they are and reads until the other side closes.
    func raw(_ text: String) async throws -> String { try await raw(Array(text.utf8)) }

    func raw(_ bytes: [UInt8]) async throws -> String {
        guard case .tcp(let host, let port) = address else { return "" }
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var received = ByteBuffer()
            do {
                for try await part in inbound { received.writeImmutableBuffer(part) }
            } catch {
                // A reset after the answer is an end like another.
            }
            return String(buffer: received)
        }
    }
}

/// Waits until something is so, at most ten seconds.
func eventually(_ what: Comment, _ condition: @Sendable () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while !(try await condition()) {
        guard ContinuousClock.now < deadline else {
            Issue.record(what)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
